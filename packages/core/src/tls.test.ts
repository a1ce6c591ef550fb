import { once } from 'node:events'
import { connect, isDatabaseAway, migrationState, type Certificates } from '@ringback/db'
import { freePort } from '@ringback/local'
import { testServices } from '@ringback/testing'
import { makeAuthority, type Authority, type Identity } from '@ringback/testing/certificates'
import {
  makeTlsFiles,
  startTlsPostgres,
  startTlsRedis,
  startTlsSentinel,
  type TlsFiles,
  type TlsServer,
} from '@ringback/testing/tls-servers'
import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectRedis, impatient, tlsRemedy } from './index.ts'

const silent = pino({ level: 'silent' })
const opened = new AsyncDisposableStack()
let files: TlsFiles
let house: Authority
let stranger: Authority
let client: Identity
let postgres: { strict: TlsServer; expired: TlsServer }
let redis: { strict: TlsServer; expired: TlsServer }
beforeAll(async () => {
  files = opened.adopt(makeTlsFiles(), (it) => it.remove())
  const starting = async (server: Promise<TlsServer>) => opened.adopt(await server, (it) => it.stop())
  house = makeAuthority('The house')
  stranger = makeAuthority('A stranger')
  client = house.issue('ringback')
  const strict = { ...house.issue('server', { addresses: ['127.0.0.1'] }), clientCa: house.ca }
  const expired = house.issue('server', { addresses: ['127.0.0.1'], isExpired: true })
  const [strictPostgres, expiredPostgres, strictRedis, expiredRedis] = await Promise.all([
    starting(startTlsPostgres(files, strict)),
    starting(startTlsPostgres(files, expired)),
    starting(startTlsRedis(files, strict)),
    starting(startTlsRedis(files, expired)),
  ])
  postgres = { strict: strictPostgres, expired: expiredPostgres }
  redis = { strict: strictRedis, expired: expiredRedis }
}, 120_000)
afterAll(() => opened.disposeAsync())

/** What asking a server comes to: `answered`, or the error. */
type Answer = 'answered' | Error

describe('Postgres', () => {
  const ask = async (url: string, certificates?: Certificates): Promise<Answer> => {
    const sql = connect(url, { max: 1, certificates })
    try {
      const [row] = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
      return row!['ssl'] ? 'answered' : new Error('answered without TLS')
    } catch (error) {
      return error as Error
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
  const strictUrl = (mode: string, host = '127.0.0.1') =>
    `${postgres.strict.url.replace('127.0.0.1', host)}?sslmode=${mode}`

  test.each(['verify-full', 'verify-ca', 'require'])('%s lets the right server be talked to', async (mode) => {
    expect(await ask(strictUrl(mode), { ca: house.ca, ...client })).toBe('answered')
    expect(await migrationState(strictUrl(mode), { ca: house.ca, ...client })).toMatchObject({ applied: 0 })
  })

  test.each(['verify-full', 'verify-ca', 'require'])('%s refuses what another authority signed', async (mode) => {
    const answer = await ask(strictUrl(mode), { ca: stranger.ca, ...client })
    expect(answer).toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' })
    expect(tlsRemedy(answer, 'DATABASE')).toContain('DATABASE_CA_FILE')
    expect(isDatabaseAway(answer)).toBe(true)
  })

  test('an authority that nobody named is none that is known', async () => {
    expect(await ask(strictUrl('verify-full'), client)).toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' })
    expect(await ask(strictUrl('require'), client)).toBe('answered')
  })

  test('verify-full alone looks at the name of the host', async () => {
    const answer = await ask(strictUrl('verify-full', 'localhost'), { ca: house.ca, ...client })
    expect(answer).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    expect(tlsRemedy(answer, 'DATABASE')).toContain('by a name that is in its certificate')
    expect(await ask(strictUrl('verify-ca', 'localhost'), { ca: house.ca, ...client })).toBe('answered')
  })

  test('a certificate that has expired is refused', async () => {
    const answer = await ask(`${postgres.expired.url}?sslmode=verify-full`, { ca: house.ca })
    expect(answer).toMatchObject({ code: 'CERT_HAS_EXPIRED' })
    expect(tlsRemedy(answer, 'DATABASE')).toContain('renew')
    expect(isDatabaseAway(answer)).toBe(true)
  })

  test('who has no certificate is told that one is wanted, and who has a strangers', async () => {
    const without = await ask(strictUrl('verify-full'), { ca: house.ca })
    expect(without).toMatchObject({ code: '28000', message: expect.stringContaining('valid client certificate') })
    expect(tlsRemedy(without, 'DATABASE')).toContain('DATABASE_CERT_FILE')
    const strangers = await ask(strictUrl('verify-full'), { ca: house.ca, ...stranger.issue('ringback') })
    expect(tlsRemedy(strangers, 'DATABASE')).toContain('DATABASE_CERT_FILE')
  })

  test('TLS is not given up for a server that speaks none', async () => {
    const { databaseUrl } = await testServices()
    const answer = await ask(`${databaseUrl}?sslmode=require`)
    expect(tlsRemedy(answer, 'DATABASE')).toContain('speak no TLS')
  })
})

describe('Redis', () => {
  const ask = async (url: string, certificates?: Certificates): Promise<Answer> => {
    const connection = connectRedis(url, { ...impatient, lazyConnect: true, retryStrategy: null }, silent, certificates)
    try {
      await Promise.race([connection.connect(), once(connection, 'end').then(() => Promise.reject(new Error('ended')))])
      await connection.ping()
      return 'answered'
    } catch (error) {
      return error as Error
    } finally {
      connection.disconnect()
    }
  }

  test('the right server is talked to', async () => {
    expect(await ask(redis.strict.url, { ca: house.ca, ...client })).toBe('answered')
  })

  test('what another authority signed is refused', async () => {
    const answer = await ask(redis.strict.url, { ca: stranger.ca, ...client })
    expect(answer).toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' })
    expect(tlsRemedy(answer, 'REDIS')).toContain('REDIS_CA_FILE')
  })

  test('so is another host name', async () => {
    const answer = await ask(redis.strict.url.replace('127.0.0.1', 'localhost'), { ca: house.ca, ...client })
    expect(answer).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  test('so is a certificate that has expired', async () => {
    expect(await ask(redis.expired.url, { ca: house.ca })).toMatchObject({ code: 'CERT_HAS_EXPIRED' })
  })

  test('behind sentinels both they and the master are checked', async () => {
    const identity = { ...house.issue('server', { addresses: ['127.0.0.1'] }), clientCa: house.ca }
    const master = opened.adopt(await startTlsRedis(files, identity), (it) => it.stop())
    const sentinel = opened.adopt(await startTlsSentinel(files, master, identity), (it) => it.stop())
    expect(await ask(sentinel.url, { ca: house.ca, ...client })).toBe('answered')
    expect(await ask(sentinel.url, { ca: stranger.ca, ...client })).toBeInstanceOf(Error)
    const named = opened.adopt(await startTlsRedis(files, { ...client, clientCa: house.ca }), (it) => it.stop())
    const ofNamed = opened.adopt(await startTlsSentinel(files, named, identity), (it) => it.stop())
    expect(await ask(ofNamed.url, { ca: house.ca, ...client })).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  test('the nodes of a cluster are checked by the names that they have', async () => {
    const identity = { ...house.issue('server', { dns: ['localhost'] }), clientCa: house.ca }
    const named = ['--cluster-announce-hostname', 'localhost', '--cluster-preferred-endpoint-type', 'hostname']
    const args = [
      '--cluster-enabled',
      'yes',
      '--tls-cluster',
      'yes',
      '--cluster-port',
      String(await freePort()),
      ...named,
    ]
    const node = opened.adopt(await startTlsRedis(files, identity, args), (it) => it.stop())
    const certificates = { ca: house.ca, ...client }
    const direct = connectRedis(node.url.replace('127.0.0.1', 'localhost'), impatient, silent, certificates) as Redis
    await once(direct, 'ready')
    await direct.cluster('ADDSLOTSRANGE', 0, 16_383)
    await expect.poll(() => direct.cluster('INFO'), { timeout: 30_000 }).toContain('cluster_state:ok')
    direct.disconnect()
    const url = node.url.replace('rediss:', 'rediss+cluster:')
    expect(await ask(url.replace('127.0.0.1', 'localhost'), certificates)).toBe('answered')
    expect(await ask(url, certificates)).toBeInstanceOf(Error)
    expect(await ask(url.replace('127.0.0.1', 'localhost'), { ca: stranger.ca, ...client })).toBeInstanceOf(Error)
  })

  test('who has no certificate is told that one is wanted', async () => {
    const answer = await ask(redis.strict.url, { ca: house.ca })
    expect(tlsRemedy(answer, 'REDIS')).toContain('REDIS_CERT_FILE')
  })
})
