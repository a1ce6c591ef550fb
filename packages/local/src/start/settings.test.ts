import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../ports.ts'
import { loadSettings } from './settings.ts'

let checkout: string

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'ringback-test-'))
  chmodSync(checkout, 0o711) // root's data would otherwise lie elsewhere
})

afterEach(() => rmSync(checkout, { recursive: true }))

const external = { DATABASE_URL: 'postgres://db.example/ringback', REDIS_URL: 'redis://cache.example' }

test('makes up its secrets once, readable by nobody else', async () => {
  const first = await loadSettings(external, checkout)
  expect(first.home).toBe(join(checkout, '.ringback'))
  expect(first.jwtSecret.length).toBeGreaterThanOrEqual(32)
  expect(first.adminPassword.length).toBeGreaterThanOrEqual(16)
  const file = join(first.home, 'secrets.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const second = await loadSettings(external, checkout)
  expect(second).toMatchObject({ jwtSecret: first.jwtSecret, adminPassword: first.adminPassword })
})

test('what the environment says goes before what it made up, and is not written down', async () => {
  const env = { ...external, AUTH_JWT_SECRET: 'x'.repeat(32), ADMIN_PASSWORD: 'from outside', DEMO: '0' }
  const settings = await loadSettings({ ...env, RINGBACK_HOME: 'elsewhere' }, checkout)
  expect(settings).toMatchObject({
    home: join(checkout, 'elsewhere'),
    jwtSecret: 'x'.repeat(32),
    adminPassword: 'from outside',
    withDemo: false,
  })
  expect(readFileSync(join(settings.home, 'secrets.json'), 'utf8')).not.toContain('from outside')
})

test('tokens that are shown live for 12 hours, or for as long as the API allows', async () => {
  expect((await loadSettings(external, checkout)).tokenHours).toBe(12)
  expect((await loadSettings({ ...external, AUTH_MAX_TOKEN_HOURS: '2' }, checkout)).tokenHours).toBe(2)
  expect((await loadSettings({ ...external, AUTH_MAX_TOKEN_HOURS: '8760' }, checkout)).tokenHours).toBe(12)
})

test('tells of all wrong settings at once', async () => {
  const loading = loadSettings({ API_PORT: 'http', AUTH_JWT_SECRET: 'short' }, checkout)
  await expect(loading).rejects.toThrow(/API_PORT must be[^]*AUTH_JWT_SECRET must have 32/)
})

test('a port that is taken is named with the variable to set', async () => {
  const port = await freePort()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  try {
    const loading = loadSettings({ ...external, API_PORT: String(port) }, checkout)
    await expect(loading).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken. Set API_PORT`)
  } finally {
    server.close()
  }
})

test('without API_PORT the next free port is taken', async () => {
  const first = await loadSettings(external, checkout)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(first.apiPort, '127.0.0.1', resolve))
  try {
    const second = await loadSettings(external, checkout)
    expect(second.apiPort).toBeGreaterThan(first.apiPort)
  } finally {
    server.close()
  }
})

test.each([
  ['0.0.0.0', 'http://127.0.0.1:'],
  ['::1', 'http://[::1]:'],
])('a client on this machine reaches an API on %s at %s…', async (host, start) => {
  const settings = await loadSettings({ ...external, API_HOST: host }, checkout)
  expect(settings.apiUrl).toBe(`${start}${settings.apiPort}`)
})
