import { expect, test } from 'vitest'
import { ConfigError, loadConfig } from './config.ts'

const complete = { RINGBACK_API_URL: 'http://127.0.0.1:3000/', AUTH_JWT_SECRET: 'a.b.c' }

test('what is not set has a default, and the address loses its last slash', () => {
  expect(loadConfig(complete)).toEqual({ apiUrl: 'http://127.0.0.1:3000', secret: 'a.b.c', logLevel: 'info', speed: 1 })
})

test('the speed is a number', () => {
  expect(loadConfig({ ...complete, DEMO_SPEED: '2.5' }).speed).toBe(2.5)
})

test('wrong settings are a ConfigError', () => {
  expect(() => loadConfig({})).toThrow(ConfigError)
})

test.each(['RINGBACK_API_URL', 'AUTH_JWT_SECRET', 'LOG_LEVEL', 'DEMO_SPEED'])(
  '%s is named among all problems',
  (name) => {
    const wrong = { RINGBACK_API_URL: 'ftp://x', LOG_LEVEL: 'loud', DEMO_SPEED: 'fast' }
    expect(() => loadConfig(wrong)).toThrow(name)
  },
)

test('a problem does not repeat the secret', () => {
  expect(() => loadConfig({ RINGBACK_API_URL: 'nowhere', AUTH_JWT_SECRET: 'canary' })).toThrow(
    expect.not.stringContaining('canary'),
  )
})
