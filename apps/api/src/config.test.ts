import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig, oidcSettingsOf, requestsPerMinuteOf, tokenRulesOf } from './config.ts'

const needed = {
  DATABASE_URL: 'postgres://ringback@localhost/ringback',
  REDIS_URL: 'redis://localhost',
  AUTH_JWT_SECRET: 'a secret of tests, long enough for HS256',
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

test('services and desks may ask ten times as often as others, or as it is said', () => {
  const limitsOf = (env: Record<string, string>) => requestsPerMinuteOf(loadConfig({ ...needed, ...env }))
  expect(limitsOf({})).toEqual({ agent: 1_200, viewer: 1_200, supervisor: 1_200, desk: 12_000, service: 12_000 })
  const said = { RATE_LIMIT_PER_MINUTE: '7', RATE_LIMIT_SERVICE_PER_MINUTE: '8' }
  expect(limitsOf(said)).toEqual({ agent: 7, viewer: 7, supervisor: 7, desk: 8, service: 8 })
  expect(new Set(Object.values(limitsOf({ RATE_LIMIT_PER_MINUTE: '0' })))).toEqual(new Set([0]))
})

test('pages of no other origin are let in, or of those that are named', () => {
  expect(loadConfig(needed).CORS_ORIGINS).toEqual([])
  const CORS_ORIGINS = 'https://desk.example.com, http://localhost:5173'
  expect(loadConfig({ ...needed, CORS_ORIGINS }).CORS_ORIGINS).toEqual([
    'https://desk.example.com',
    'http://localhost:5173',
  ])
})

test.each(['*', 'null', 'desk.example.com', 'https://desk.example.com/', 'https://a.example,', 'https://*.example'])(
  'the origin %j is refused',
  (text) => {
    expect(() => loadConfig({ ...needed, CORS_ORIGINS: text })).toThrow(
      /CORS_ORIGINS: must be origins like https:\/\/desk.example.com, separated by commas/,
    )
  },
)

test('the public address has no slash at its end, and is one', () => {
  const at = (PUBLIC_URL: string) => loadConfig({ ...needed, PUBLIC_URL }).PUBLIC_URL
  expect(at('https://ringback.example.com/calls/')).toBe('https://ringback.example.com/calls')
  for (const wrong of [
    'ringback.example.com',
    'ftp://ringback.example.com',
    'https://a.example?b',
    'https://a@b.example',
  ]) {
    expect(() => at(wrong)).toThrow('PUBLIC_URL: must be a URL like https://ringback.example.com')
  }
})

test('the password of Bull Board has 12 characters at least', () => {
  expect(() => loadConfig({ ...needed, ADMIN_PASSWORD: 'eleven char' })).toThrow(
    'ADMIN_PASSWORD: must have 12 characters',
  )
  expect(loadConfig({ ...needed, ADMIN_PASSWORD: 'twelve chars' }).ADMIN_PASSWORD).toBe('twelve chars')
})

test.each(['proxy.example', '10.0.0.0/33', '10.0.0.1,', '10.0.0.0/8/8', '::1/129', 'true'])(
  'the proxy %j is refused',
  (text) => {
    expect(() => loadConfig({ ...needed, API_TRUSTED_PROXIES: text })).toThrow('API_TRUSTED_PROXIES: must be addresses')
  },
)

test('a secret that is too short is refused without being shown', () => {
  expect(() => loadConfig({ ...needed, AUTH_JWT_SECRET: 'hunter2' })).toThrow(
    'AUTH_JWT_SECRET: must have 32 characters or more',
  )
  expect(() => loadConfig({ ...needed, AUTH_JWT_SECRET: 'hunter2' })).not.toThrow('hunter2')
})

const { AUTH_JWT_SECRET: _, ...withoutSecret } = needed
const keySet = {
  AUTH_JWKS_URL: 'https://login.example/jwks.json',
  AUTH_ISSUER: 'https://login.example',
  AUTH_AUDIENCE: 'ringback',
}

test('a key set does instead of a secret', () => {
  expect(tokenRulesOf(loadConfig({ ...withoutSecret, ...keySet }))).toEqual({
    secrets: [],
    maxHours: 12,
    keySet: { url: 'https://login.example/jwks.json', issuer: 'https://login.example', audience: 'ringback' },
  })
})

test.each(['AUTH_ISSUER', 'AUTH_AUDIENCE'])('%s is demanded with a key set, and refused without one', (name) => {
  expect(() => loadConfig({ ...needed, ...keySet, [name]: '' })).toThrow(`${name}: is not set; it must be the`)
  expect(() => loadConfig({ ...needed, [name]: 'ringback' })).toThrow(`${name}: must be left out`)
})

test('previous secrets are a list, and each of them has to be a good one', () => {
  const [second, third] = ['the one before it that some still sign with', 'and the one before that which is old']
  const config = loadConfig({ ...needed, AUTH_JWT_PREVIOUS_SECRETS: `${second}, ${third}` })
  expect(tokenRulesOf(config).secrets).toEqual([needed.AUTH_JWT_SECRET, second, third])
  const wrong = () => loadConfig({ ...needed, AUTH_JWT_PREVIOUS_SECRETS: `${second},hunter2` })
  expect(wrong).toThrow('AUTH_JWT_PREVIOUS_SECRETS: number 2 must have 32 characters or more')
  expect(wrong).not.toThrow('hunter2')
})

test.each([
  'http://login.example/jwks.json',
  'http://10.0.0.7/jwks.json',
  'http://localhost.example/',
  'ftp://login.example/',
  'jwks',
])('keys are not fetched from %s', (url) => {
  expect(() => loadConfig({ ...needed, ...keySet, AUTH_JWKS_URL: url })).toThrow(
    /AUTH_JWKS_URL: must be a URL like https:.* this machine only/,
  )
})

test.each([
  'http://127.0.0.1:8080/jwks',
  'http://[::1]:8080/jwks',
  'http://localhost/jwks',
  'https://login.example/jwks',
])('keys are fetched from %s', (url) => {
  expect(loadConfig({ ...needed, ...keySet, AUTH_JWKS_URL: url }).AUTH_JWKS_URL).toBe(url)
})

test('a secret that anybody would guess is refused', () => {
  expect(() => loadConfig({ ...needed, AUTH_JWT_SECRET: 'a'.repeat(32) })).toThrow(
    'AUTH_JWT_SECRET: must not be made of',
  )
})

const twilio = { TWILIO_AUTH_TOKEN: '0123456789abcdef0123456789abcdef', PUBLIC_URL: 'https://calls.example.com' }

test('tokens of Twilio are one or several, and the address that it calls has no slash at its end', () => {
  expect(loadConfig(needed)).not.toHaveProperty('TWILIO_AUTH_TOKEN')
  const tokens = `${twilio.TWILIO_AUTH_TOKEN} , another-token-of-it`
  expect(
    loadConfig({ ...needed, TWILIO_AUTH_TOKEN: tokens, PUBLIC_URL: 'https://calls.example.com/x//' }),
  ).toMatchObject({
    TWILIO_AUTH_TOKEN: [twilio.TWILIO_AUTH_TOKEN, 'another-token-of-it'],
    PUBLIC_URL: 'https://calls.example.com/x',
  })
  const wrong = () => loadConfig({ ...needed, ...twilio, TWILIO_AUTH_TOKEN: 'hunter2' })
  expect(wrong).toThrow('TWILIO_AUTH_TOKEN: must be the auth token of the account')
  expect(wrong).not.toThrow('hunter2')
})

test('tokens of Twilio may be in a file, as secrets may', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'twilio')
  writeFileSync(path, `${twilio.TWILIO_AUTH_TOKEN}\n`)
  const config = loadConfig({ ...needed, PUBLIC_URL: twilio.PUBLIC_URL, TWILIO_AUTH_TOKEN_FILE: path })
  expect(config.TWILIO_AUTH_TOKEN).toEqual([twilio.TWILIO_AUTH_TOKEN])
})

test('a token of Twilio demands the address that Twilio calls', () => {
  const { PUBLIC_URL: _address, ...alone } = twilio
  expect(() => loadConfig({ ...needed, ...alone })).toThrow(
    /PUBLIC_URL: is not set; it must be the URL under which Twilio reaches Ringback.* since TWILIO_AUTH_TOKEN is set/,
  )
  expect(loadConfig({ ...needed, PUBLIC_URL: twilio.PUBLIC_URL }).PUBLIC_URL).toBe(twilio.PUBLIC_URL)
})

test.each([
  'calls.example.com',
  'ftp://calls.example.com',
  'https://u:p@calls.example.com',
  'https://calls.example.com/?x',
  'https://',
])('the public address %j is refused', (PUBLIC_URL) => {
  expect(() => loadConfig({ ...needed, ...twilio, PUBLIC_URL })).toThrow('PUBLIC_URL: must be a URL like https')
})

test('an identity provider is known whole, or not at all', () => {
  const keys = {
    AUTH_JWKS_URL: 'https://login.example.com/jwks',
    AUTH_ISSUER: 'https://login.example.com',
    AUTH_AUDIENCE: 'ringback',
  }
  const issuer = { AUTH_OIDC_ISSUER: 'https://login.example.com' }
  const client = { AUTH_OIDC_CLIENT_ID: 'console' }
  const settingsOf = (env: Record<string, string>) => oidcSettingsOf(loadConfig({ ...needed, ...env }))
  expect(settingsOf({})).toBeUndefined()
  expect(settingsOf({ ...keys, ...issuer, ...client })).toEqual({
    issuer: 'https://login.example.com',
    clientId: 'console',
    clientSecret: undefined,
    parameters: {},
  })
  const more = { AUTH_OIDC_PARAMETERS: 'scope=openid+desk&resource=https%3A%2F%2Fringback.example.com' }
  expect(settingsOf({ ...keys, ...issuer, ...client, ...more })).toMatchObject({
    parameters: { scope: 'openid desk', resource: 'https://ringback.example.com' },
  })
  for (const [env, missing] of [
    [{ ...keys, ...issuer }, 'AUTH_OIDC_CLIENT_ID: is not set; it must stand beside AUTH_OIDC_ISSUER'],
    [{ ...keys, ...client }, 'AUTH_OIDC_ISSUER: is not set; it must stand beside AUTH_OIDC_CLIENT_ID'],
    [{ ...issuer, ...client }, 'AUTH_JWKS_URL: is not set; it must stand beside AUTH_OIDC_ISSUER'],
    [{ AUTH_OIDC_CLIENT_SECRET: 'x' }, 'AUTH_OIDC_CLIENT_ID: is not set'],
    [{ ...keys, ...client, AUTH_OIDC_ISSUER: 'http://login.example.com' }, 'AUTH_OIDC_ISSUER: must be the URL'],
    [{ ...keys, ...issuer, ...client, AUTH_OIDC_PARAMETERS: 'state=x' }, 'AUTH_OIDC_PARAMETERS: must be parameters'],
  ] as const) {
    expect.soft(() => settingsOf(env)).toThrow(missing)
  }
})
