import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const needed = {
  DATABASE_URL: 'postgres://ringback@localhost/ringback',
  REDIS_URL: 'redis://localhost',
  AUTH_JWT_SECRET: 'x'.repeat(32),
}

test('what may be left out has a value, and nothing can be changed', () => {
  const config = loadConfig(needed)
  expect(config).toMatchObject({
    API_HOST: '127.0.0.1',
    API_PORT: 3000,
    RATE_LIMIT_PER_MINUTE: 1200,
    BULL_BOARD_READ_ONLY: false,
    REDIS_PREFIX: '{ringback}',
  })
  expect(config.ADMIN_PASSWORD).toBeUndefined()
  expect(Object.isFrozen(config)).toBe(true)
})

test('all problems are told at once, by name', () => {
  const wrong = () =>
    loadConfig({
      API_PORT: '70000',
      RATE_LIMIT_PER_MINUTE: 'many',
      BULL_BOARD_READ_ONLY: 'maybe',
      ADMIN_PASSWORD: 'short',
    })
  for (const name of [
    'DATABASE_URL',
    'REDIS_URL',
    'API_PORT',
    'RATE_LIMIT_PER_MINUTE',
    'BULL_BOARD_READ_ONLY',
    'ADMIN_PASSWORD',
    'AUTH_JWT_SECRET',
  ]) {
    expect(wrong).toThrow(name)
  }
})

test('a secret that is too short is refused without being shown', () => {
  expect(() => loadConfig({ ...needed, AUTH_JWT_SECRET: 'hunter2' })).toThrow(
    'AUTH_JWT_SECRET: must have 32 characters or more',
  )
  expect(() => loadConfig({ ...needed, AUTH_JWT_SECRET: 'hunter2' })).not.toThrow('hunter2')
})

test('a key set does instead of a secret', () => {
  const { AUTH_JWT_SECRET: _, ...rest } = needed
  expect(loadConfig({ ...rest, AUTH_JWKS_URL: 'https://login.example.com/jwks.json' }).AUTH_JWT_SECRET).toBeUndefined()
})
