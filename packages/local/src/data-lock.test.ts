import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, expect, test } from 'vitest'
import { claimDataDirectory, DataInUseError } from './data-lock.ts'

const directory = mkdtempSync(join(tmpdir(), 'ringback-test-'))
const pidFile = join(directory, 'server.pid')

afterAll(() => rmSync(directory, { recursive: true }))

test('data that nobody works on is free', async () => {
  expect(await claimDataDirectory(pidFile, () => true)).toBe(false)
})

test('a file that a killed server or a stranger left behind is removed', async () => {
  for (const pid of [2 ** 22 + 1, process.pid]) {
    writeFileSync(pidFile, `${pid}\n`)
    expect(await claimDataDirectory(pidFile, () => false)).toBe(true)
    expect(existsSync(pidFile)).toBe(false)
  }
})

test('a server that stays keeps its data', async () => {
  writeFileSync(pidFile, `${process.pid}\n`)
  await expect(claimDataDirectory(pidFile, () => true, 150)).rejects.toThrow(DataInUseError)
  expect(existsSync(pidFile)).toBe(true)
})

test('a server that is just ending is waited for', async () => {
  writeFileSync(pidFile, `${process.pid}\n`)
  let asked = 0
  expect(await claimDataDirectory(pidFile, () => ++asked < 3)).toBe(true)
})
