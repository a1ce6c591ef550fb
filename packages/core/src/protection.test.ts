import { sslModeOf } from '@ringback/db'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { openEngine } from './engine.ts'
import { protectionOfDatabase, protectionOfRedis } from './protection.ts'
import { defaultRules } from './rules.ts'

test.each([
  ['postgres://db.example/x', 'verify-full'],
  ['postgres://10.0.0.5/x', 'verify-full'],
  ['postgres://db.example/x?sslmode=disable', 'disable'],
  ['postgres://db.example/x?sslmode=verify-ca', 'verify-ca'],
  ['postgres://a.example,localhost/x', 'verify-full'],
  ['postgres://localhost/x', 'disable'],
  ['postgres://127.0.0.1:5433/x', 'disable'],
  ['postgres://[::1]/x', 'disable'],
  ['postgres://localhost/x?sslmode=verify-full', 'verify-full'],
])('%s means %s', (url, mode) => {
  expect(sslModeOf(url)).toBe(mode)
})

test('to a socket there is no TLS, whatever the URL says', () => {
  vi.stubEnv('PGHOST', '/var/run/postgresql')
  expect(sslModeOf('postgres:///x?sslmode=require')).toBe('disable')
  vi.unstubAllEnvs()
})

test.each([
  ['postgres://localhost/x', true, 'on this machine'],
  ['postgres://db.example/x', true, 'sslmode verify-full'],
  ['postgres://db.example/x?sslmode=disable', false, 'no TLS over the network'],
  ['postgres://db.example/x?sslmode=require', false, 'sslmode require takes any server for the right one'],
])('%s is protected: %s', (url, isGood, detail) => {
  expect(protectionOfDatabase(url, {})).toMatchObject({ isGood, detail })
})

test('with an authority of its own also sslmode=require is checked', () => {
  const certificates = { database: { ca: 'of the house' }, redis: {} }
  expect(protectionOfDatabase('postgres://db.example/x?sslmode=require', certificates).isGood).toBe(true)
})

test.each([
  ['redis://localhost', true],
  ['redis://default:secret@[::1]:6379', true],
  ['rediss://cache.example', true],
  ['redis://cache.example', false],
  ['redis+cluster://127.0.0.1:7000,10.0.0.2:7000', false],
  ['rediss+cluster://10.0.0.1:7000', true],
  ['redis+sentinel://10.0.0.1/master', false],
])('%s is protected: %s', (url, isGood) => {
  expect(protectionOfRedis(url).isGood).toBe(isGood)
})

test('an engine says at its start what is not protected', async () => {
  const warned: string[] = []
  const engine = openEngine({
    databaseUrl: 'postgres://nowhere.invalid/x?sslmode=disable',
    redisUrl: 'redis://nowhere.invalid',
    redisPrefix: '{nothing}',
    rules: defaultRules,
    poolSize: 1,
    applicationName: 'ringback-test',
    log: pino(
      { level: 'warn' },
      { write: (line: string) => void warned.push((JSON.parse(line) as { msg: string }).msg) },
    ),
  })
  expect(warned).toEqual([
    'the connection to Postgres is not protected: no TLS over the network',
    'the connection to Redis is not protected: no TLS over the network',
  ])
  await engine.close()
})
