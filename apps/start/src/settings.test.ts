import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { freePort } from '@ringback/local'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimHome } from './running.ts'
import { loadSettings } from './settings.ts'

let checkout: string

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'ringback-test-'))
  chmodSync(checkout, 0o711) // root's data would otherwise lie elsewhere
})

afterEach(() => rmSync(checkout, { recursive: true }))

test('makes up its secrets once, readable by nobody else', async () => {
  const first = await loadSettings({}, checkout)
  expect(first.home).toBe(join(checkout, '.ringback'))
  expect(first.jwtSecret.length).toBeGreaterThanOrEqual(32)
  expect(first.adminPassword.length).toBeGreaterThanOrEqual(16)
  const file = join(first.home, 'secrets.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const second = await loadSettings({}, checkout)
  expect(second).toMatchObject({ jwtSecret: first.jwtSecret, adminPassword: first.adminPassword })
})

test('what the environment says goes before what it made up, and is not written down', async () => {
  const secret = randomBytes(32).toString('hex')
  const env = { AUTH_JWT_SECRET: secret, ADMIN_PASSWORD: 'from outside', DEMO: '0' }
  const settings = await loadSettings({ ...env, RINGBACK_HOME: 'elsewhere' }, checkout)
  expect(settings).toMatchObject({
    home: join(checkout, 'elsewhere'),
    jwtSecret: secret,
    adminPassword: 'from outside',
    withDemo: false,
  })
  expect(readFileSync(join(settings.home, 'secrets.json'), 'utf8')).not.toContain('from outside')
})

test('tokens that are shown live for 12 hours, or for as long as the API allows', async () => {
  expect((await loadSettings({}, checkout)).tokenHours).toBe(12)
  expect((await loadSettings({ AUTH_MAX_TOKEN_HOURS: '2' }, checkout)).tokenHours).toBe(2)
  expect((await loadSettings({ AUTH_MAX_TOKEN_HOURS: '8760' }, checkout)).tokenHours).toBe(12)
})

test('tells of all wrong settings at once', async () => {
  const loading = loadSettings({ API_PORT: 'http', AUTH_JWT_SECRET: 'short' }, checkout)
  await expect(loading).rejects.toThrow(/API_PORT: must be[^]*AUTH_JWT_SECRET: must have 32/)
})

test('a port that is taken is named with the variable to set', async () => {
  const port = await freePort()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  try {
    const loading = loadSettings({ API_PORT: String(port) }, checkout)
    await expect(loading).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken. Set API_PORT`)
  } finally {
    server.close()
  }
})

test('without API_PORT the next free port is taken', async () => {
  const first = await loadSettings({}, checkout)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(first.apiPort, '127.0.0.1', resolve))
  try {
    const second = await loadSettings({}, checkout)
    expect(second.apiPort).toBeGreaterThan(first.apiPort)
  } finally {
    server.close()
  }
})

test.each([
  ['0.0.0.0', 'http://127.0.0.1:'],
  ['::1', 'http://[::1]:'],
])('a client on this machine reaches an API on %s at %s…', async (host, start) => {
  const settings = await loadSettings({ API_HOST: host }, checkout)
  expect(settings.apiUrl).toBe(`${start}${settings.apiPort}`)
})

test.each([
  ['an address of another machine', '192.0.2.1', 'API_HOST 192.0.2.1 is no address that this machine can listen on'],
  ['a name that nobody has', 'nowhere.invalid', 'API_HOST nowhere.invalid is no address'],
])('%s is named, with what to set', async (_what, host, message) => {
  const loading = loadSettings({ API_HOST: host }, checkout)
  await expect(loading).rejects.toThrow(message)
  await expect(loading).rejects.toMatchObject({ name: 'StartError' })
})

test('servers that do not answer are told at once, with where they should be and not who goes there', async () => {
  const port = await freePort()
  const env = {
    DATABASE_URL: `postgres://ada:canary@127.0.0.1:${port}/x`,
    REDIS_URL: `redis://:canary@127.0.0.1:${port}`,
  }
  const loading = loadSettings(env, checkout)
  await expect(loading).rejects.toThrow(
    new RegExp(
      `^DATABASE_URL: no Postgres .* at 127.0.0.1:${port} .*ECONNREFUSED.*\nREDIS_URL: no Redis .* at 127.0.0.1:${port} `,
    ),
  )
  await expect(loading).rejects.not.toThrow('canary')
})

test('a server that takes the connection and says nothing is no server', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  try {
    const loading = loadSettings(
      { DATABASE_URL: `postgres://127.0.0.1:${port}/x`, REDIS_URL: `redis://127.0.0.1:${port}` },
      checkout,
    )
    await expect(loading).rejects.toThrow(/DATABASE_URL: no Postgres[^]*REDIS_URL: no Redis/)
  } finally {
    silent.close()
  }
})

test('a run on the same data is named before its port is found to be taken', async () => {
  const { home, apiUrl, apiPort } = await loadSettings({}, checkout)
  const note = claimHome(home, apiUrl)
  const loading = loadSettings({ API_PORT: String(apiPort) }, checkout)
  await expect(loading).rejects.toThrow(`runs on this data already: process ${process.pid}, ${apiUrl}`)
  note.remove()
  await loadSettings({}, checkout)
})

test('what a killed run left behind is in nobody’s way', async () => {
  const { home } = await loadSettings({}, checkout)
  const left = { pid: process.pid, command: 'node of somebody else', apiUrl: 'http://127.0.0.1:3000' }
  writeFileSync(join(home, 'running.json'), JSON.stringify(left))
  expect(await loadSettings({}, checkout)).toMatchObject({ home })
  claimHome(home, 'http://127.0.0.1:3000').remove()
})
