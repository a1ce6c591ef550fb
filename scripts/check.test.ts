import { execFile } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

test('./ringback test FILE runs these tests alone, and starts no server that they do not ask for', async () => {
  const { PATH, HOME } = process.env
  const args = [join(import.meta.dirname, 'check.ts'), 'packages/core/src/routing/choose-agent.test.ts']
  // No Postgres is to be had at this address: whoever asks for one fails.
  const env = { PATH, HOME, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }
  const { stdout } = await run(process.execPath, args, { env })
  expect(stdout).toMatch(/Test Files .*1 passed/)
  expect(stdout).not.toContain('lint')
})
