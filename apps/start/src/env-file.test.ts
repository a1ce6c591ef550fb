import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeEnvFile } from './env-file.ts'
import type { Settings } from './settings.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringback-test-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const settings = (): Settings => ({
  home,
  dataDirectory: home,
  apiHost: '127.0.0.1',
  apiPort: 3000,
  apiUrl: 'http://127.0.0.1:3000',
  consoleUrl: 'http://127.0.0.1:3000',
  jwtSecret: 'x'.repeat(32),
  adminPassword: 'password',
  tokenHours: 12,
  withDemo: true,
})

/** What a shell knows after it has read the file and did not know before. */
function variablesOf(file: string): Record<string, string> {
  const printed = execFileSync('sh', ['-c', '. "$1"; env', 'sh', file], { env: {}, encoding: 'utf8' })
  const variables = Object.fromEntries(printed.split('\n').map((line) => line.split(/=(.*)/s)))
  for (const name of ['PWD', 'SHLVL', '_', 'OLDPWD', '']) delete variables[name]
  return variables as Record<string, string>
}

test('holds what a client needs, and nothing that another program would take for its own', async () => {
  const variables = variablesOf(await writeEnvFile(settings()))
  expect(Object.keys(variables).toSorted()).toEqual(['AGENT_TOKEN', 'API_URL', 'SERVICE_TOKEN', 'SUPERVISOR_TOKEN'])
  expect(variables['API_URL']).toBe('http://127.0.0.1:3000')
  expect(decodeJwt(variables['AGENT_TOKEN'] ?? '')).toMatchObject({ role: 'agent', agentId: 90 })
})

test('nobody else may read it, not even when an earlier one was open to all', async () => {
  writeFileSync(join(home, 'env'), 'export DATABASE_URL=old\n')
  chmodSync(join(home, 'env'), 0o644)
  const file = await writeEnvFile(settings())
  expect(statSync(file).mode & 0o777).toBe(0o600)
})
