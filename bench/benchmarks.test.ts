import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { benchmarks } from './benchmarks.ts'

test('each benchmark is explained, and has a name of its own', () => {
  const explained = readFileSync(join(import.meta.dirname, '../docs/performance.md'), 'utf8')
  const names = benchmarks.flatMap((benchmark) => benchmark.names)
  expect(names.filter((name) => !explained.includes(name))).toEqual([])
  expect(new Set(names).size).toBe(names.length)
})
