import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRecent, oldest } from './oldest.ts'

test.each([
  ['Node', '24.12.0', true],
  ['Node', '24.9.0', false],
  ['Node', '26.0.0', true],
  ['PostgreSQL', '14.20 (Debian 14.20-1.pgdg12+1)', false],
  ['PostgreSQL', '15.0', true],
  ['PostgreSQL', '18beta1', true],
  ['Redis', '6.0.16', false],
  ['Redis', '6.2.0', true],
  ['Redis', '6.10.1', true],
  ['Redis', '255.255.255', true],
] as const)('%s %s is recent: %s', (what, version, expected) => {
  expect(isRecent(what, version)).toBe(expected)
})

test('README tells the versions that the doctor asks for', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8')
  const told = [...readme.matchAll(/^\| (Node|PostgreSQL|Redis) +\| ([\d.]+) +\|/gm)].map(([, ...row]) => row)
  expect(Object.fromEntries(told)).toEqual(oldest)
})

test('the run book asks for the same, and the toolchain fetches no older Node', () => {
  const read = (file: string) => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')
  expect(read('docs/operations.md')).toContain(`a Postgres of version ${oldest.PostgreSQL} or newer`)
  expect(read('docs/operations.md')).toContain(`a Redis of version ${oldest.Redis} or newer`)
  expect(read('scripts/toolchain.mjs')).toContain(`const neededNode = [${oldest.Node.replace('.', ', ')}]`)
  expect(isRecent('Node', read('.node-version').trim())).toBe(true)
})
