import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogFiles } from './log-files.ts'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ringback-test-'))
})
afterEach(() => rmSync(place, { recursive: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777

test('nobody but their owner can read them, nor ones of an earlier start', async () => {
  const directory = join(place, 'logs')
  mkdirSync(directory)
  writeFileSync(join(directory, 'api.log'), 'earlier\n')
  chmodSync(join(directory, 'api.log'), 0o644)
  chmodSync(directory, 0o755)

  const logs = new LogFiles(directory)
  logs.write('api', 'line')
  logs.write('worker-1', 'line')
  await logs.close()
  expect([directory, logs.pathOf('api'), logs.pathOf('worker-1')].map(modeOf)).toEqual([0o700, 0o600, 0o600])
  expect(readFileSync(logs.pathOf('api'), 'utf8')).toBe('earlier\nline\n')
})

test('what is said when they are closed is not kept, and opens none', async () => {
  const directory = join(place, 'logs')
  const logs = new LogFiles(directory)
  logs.write('postgres', 'line')
  await logs.close()
  rmSync(directory, { recursive: true })
  logs.write('postgres', 'shutting down')
  expect(existsSync(directory)).toBe(false)
})
