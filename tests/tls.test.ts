import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@ringback/local'
import { testRedisPrefix, testServices, urlOfDatabase } from '@ringback/testing'
import { makeAuthority, type Authority, type Identity } from '@ringback/testing/certificates'
import { startProcess } from '@ringback/testing/processes'
import { makeTlsFiles, startTlsPostgres, startTlsRedis, type TlsFiles } from '@ringback/testing/tls-servers'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assertReachable } from '../apps/start/src/reachable.ts'

// Servers that want TLS and a certificate of whoever comes: every program works with them when the settings name the
// files, and none without.

const opened = new AsyncDisposableStack()
const apps = join(import.meta.dirname, '../apps')
let files: TlsFiles
let house: Authority
let client: Identity
let urls: { DATABASE_URL: string; REDIS_URL: string }
let certificates: Record<string, string>
beforeAll(async () => {
  files = opened.adopt(makeTlsFiles(), (it) => it.remove())
  house = makeAuthority('The house')
  client = house.issue('ringback')
  const server = { ...house.issue('server', { dns: ['localhost'] }), clientCa: house.ca }
  const starting = [startTlsPostgres(files, server), startTlsRedis(files, server)] as const
  const [database, redis] = await Promise.all(starting)
  opened.adopt(database, (it) => it.stop())
  opened.adopt(redis, (it) => it.stop())
  urls = {
    DATABASE_URL: `${database.url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full`,
    REDIS_URL: redis.url.replace('127.0.0.1', 'localhost'),
  }
  certificates = Object.fromEntries(
    ['DATABASE', 'REDIS'].flatMap((name) => [
      [`${name}_CA_FILE`, files.write('ca.pem', house.ca)],
      [`${name}_CERT_FILE`, files.write('client.pem', client.cert)],
      [`${name}_KEY_FILE`, files.write('client-key.pem', client.key)],
    ]),
  )
}, 120_000)
afterAll(() => opened.disposeAsync())

function run(script: string, env: Record<string, string>, args: string[] = []) {
  return new Promise<{ code: number; out: string }>((resolve) => {
    const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
    const options = { env: { PATH, NODE_COMPILE_CACHE, NO_COLOR: '1', ...env } }
    execFile(process.execPath, [join(apps, script), ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out: out + err }),
    )
  })
}

test('migrate, API, worker and doctor', async () => {
  const apiPort = String(await freePort())
  const secret = randomBytes(32).toString('hex')
  const env = { ...urls, ...certificates, REDIS_PREFIX: testRedisPrefix(), API_PORT: apiPort, AUTH_JWT_SECRET: secret }
  expect((await run('cli/src/migrate.ts', { ...urls, ...certificates })).out).toMatch(/^Applied \d+ of/)

  const api = await startProcess(join(apps, 'api/src/main.ts'), 'api listens', { ...env, ADMIN_PASSWORD: secret })
  opened.defer(() => api.kill())
  const worker = await startProcess(join(apps, 'worker/src/main.ts'), 'worker started', env)
  opened.defer(() => worker.kill())
  const readiness = async () => (await fetch(`http://127.0.0.1:${apiPort}/readyz`)).json()
  await expect.poll(readiness, { timeout: 100_000, interval: 500 }).toMatchObject({ status: 'ready' })
  // Bull Board, and the rate limit of the API, have connections of their own.
  const authorization = `Basic ${Buffer.from(`supervisor:${secret}`).toString('base64')}`
  const board = await fetch(`http://127.0.0.1:${apiPort}/admin/queues/api/queues`, { headers: { authorization } })
  expect(board.status).toBe(200)

  const { code, out } = await run('cli/src/doctor.ts', { ...env, API_PORT: '0' })
  expect(out).toMatch(/✓ Postgres TLS +sslmode verify-full\n/)
  expect(out).toMatch(/✓ Redis TLS +certificate and host name are checked\n/)
  expect(code).toBe(0)
}, 180_000)

test('the doctor names what to do when a file is not named, or an authority is not the right one', async () => {
  const stranger = files.write('stranger.pem', makeAuthority('A stranger').ca)
  const wrong = { ...urls, ...certificates, DATABASE_CA_FILE: stranger, REDIS_CA_FILE: stranger, API_PORT: '0' }
  const { code, out } = await run('cli/src/doctor.ts', wrong)
  expect(out).toMatch(/✗ Postgres +self-signed certificate.*\n +→ name the authority .* in DATABASE_CA_FILE/)
  expect(out).toMatch(/✗ Redis +self-signed certificate.*\n +→ name the authority .* in REDIS_CA_FILE/)
  expect(code).toBe(1)

  const { DATABASE_CA_FILE, REDIS_CA_FILE } = certificates as Record<'DATABASE_CA_FILE' | 'REDIS_CA_FILE', string>
  const without = await run('cli/src/doctor.ts', { ...urls, DATABASE_CA_FILE, REDIS_CA_FILE, API_PORT: '0' })
  expect(without.out).toMatch(/✗ Postgres +connection requires a valid client certificate\n +→ .*DATABASE_CERT_FILE/)
  expect(without.out).toMatch(/✗ Redis +.*\n +→ .*REDIS_CERT_FILE/)
})

test('the doctor warns of what goes over the network as it is', async () => {
  const env = { DATABASE_URL: 'postgres://nowhere.invalid/x?sslmode=disable', REDIS_URL: 'redis://nowhere.invalid' }
  const { out } = await run('cli/src/doctor.ts', { ...env, API_PORT: '0' })
  expect(out).toMatch(/! Postgres TLS +no TLS over the network\n +→ say sslmode=verify-full in DATABASE_URL/)
  expect(out).toMatch(/! Redis TLS +no TLS over the network\n +→ write rediss in REDIS_URL/)
})

test('migrate says what to do', async () => {
  const { code, out } = await run('cli/src/migrate.ts', urls)
  expect(out).toMatch(/could not be migrated: .*\n.* To do: name the authority/)
  expect(code).toBe(1)
})

test('copy-database, from a server of this machine that speaks no TLS', async () => {
  const { databaseUrl } = await testServices()
  const source = urlOfDatabase(databaseUrl, `ringback_tls_${process.pid}`)
  const target = urlOfDatabase(urls.DATABASE_URL, 'postgres')
  const admin = postgres(databaseUrl, { max: 1 })
  opened.defer(async () => {
    await admin.unsafe(`drop database if exists ringback_tls_${process.pid} with (force)`)
    await admin.end()
  })
  await admin.unsafe(`create database ringback_tls_${process.pid}`)
  expect((await run('cli/src/migrate.ts', { DATABASE_URL: source })).code).toBe(0)
  const { out } = await run('cli/src/copy-database.ts', { ...certificates, DATABASE_URL: source }, [target])
  expect(out).toMatch(/^Copied \d+ tables/)
})

test('npm start, when it is told where the servers are', async () => {
  await assertReachable({ ...urls, ...certificates })
  const { DATABASE_CA_FILE } = certificates as Record<'DATABASE_CA_FILE', string>
  await expect(assertReachable({ ...urls, DATABASE_CA_FILE })).rejects.toThrow(
    /DATABASE_URL: no Postgres .*\(DATABASE_CERT_FILE[^]*REDIS_URL: no Redis .* REDIS_CA_FILE/,
  )
})

test('the replay of a log of calls', async () => {
  const day = readFileSync(join(apps, '../examples/call-log-2026-03-02.tsv'), 'utf8')
  const log = files.write('calls.tsv', day.split('\n').slice(0, 10).join('\n')) // A quarter of an hour.
  const { code } = await run('replay/src/main.ts', { ...urls, ...certificates }, [log])
  expect(code).toBe(0)
}, 120_000)
