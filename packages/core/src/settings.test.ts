import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { databaseSettings, engineSettings, onOff, rulesOf, readSettings, SettingsError } from './settings.ts'

const valid = { DATABASE_URL: 'postgres://a@localhost/b', REDIS_URL: 'redis://localhost' }

test('settings left out have their documented values, and are frozen', () => {
  const settings = readSettings(engineSettings, { ...valid, LOG_LEVEL: '' })
  expect(settings).toEqual({
    ...valid,
    REDIS_PREFIX: '{ringback}',
    LOG_LEVEL: 'info',
    CALLBACK_LEAD_MINUTES: 5,
    CALLBACK_TOLERANCE_MINUTES: 1,
    OPEN_TO_ALL_AFTER_SECONDS: 300,
    REROUTE_AFTER_SECONDS: 60,
    AGENT_TIMEOUT_SECONDS: 90,
    OPEN_CALLBACKS_PER_USER: 20,
    DEFAULT_QUEUE_TYPE: 'outstanding_requests',
    CALLBACKS_PER_AGENT_AND_HOUR: 120,
    RETENTION_DAYS: 400,
    RUN_RETENTION_DAYS: 30,
    WEBHOOK_ALLOW_PRIVATE: false,
    EVENT_RETENTION_DAYS: 30,
    ACCEPTED_CALLBACKS_PER_AGENT: 20,
    AGENTS_SCHEDULE_FOR: 'known',
  })
  expect(Object.isFrozen(settings)).toBe(true)
  expect(rulesOf(settings)).toEqual({
    leadMs: 300_000,
    toleranceMs: 60_000,
    rerouteAfterMs: 60_000,
    openToAllAfterMs: 300_000,
    agentTimeoutMs: 90_000,
    openCallbacksPerUser: 20,
    callbacksPerAgentAndHour: 120,
    retentionMs: 400 * 86_400_000,
    runRetentionMs: 30 * 86_400_000,
    eventRetentionMs: 30 * 86_400_000,
    acceptedPerAgent: 20,
    agentsScheduleFor: 'known',
    defaultQueueType: 'outstanding_requests',
    webhookAllowPrivate: false,
  })
})

test('all problems are told at once, each with its variable and what it should be', () => {
  const read = () =>
    readSettings(engineSettings, { DATABASE_URL: 'mysql://x', REDIS_PREFIX: 'ringback', AGENT_TIMEOUT_SECONDS: '1.5' })
  expect(read).toThrow(/DATABASE_URL: must be a URL like postgres:/)
  expect(read).toThrow(/REDIS_URL: is not set; it must be a URL like redis:/)
  expect(read).toThrow(/REDIS_PREFIX: must contain a hash tag/)
  expect(read).toThrow(/AGENT_TIMEOUT_SECONDS: must be a whole number from 0 to 86400/)
})

test('the default country is one with phones', () => {
  const read = (country: string) => () => readSettings(engineSettings, { ...valid, DEFAULT_COUNTRY: country })
  expect(rulesOf(read('IL')())).toMatchObject({ defaultCountry: 'IL' })
  for (const wrong of ['il', 'XX', '49'])
    expect(read(wrong)).toThrow('DEFAULT_COUNTRY: must be a country of ISO 3166-1')
})

test.each([
  ['RETENTION_DAYS', '31', ['0', '31', '36500'], ['1', '30', '-1', '31.5', '36501', 'for ever']],
  ['RUN_RETENTION_DAYS', '30', ['0', '30', '36500'], ['1', '29', '-30', '36501']],
])('%s is 0 or at least %s days, as far as monitoring looks back', (name, min, right, wrong) => {
  const read = (value: string) => () => readSettings(engineSettings, { ...valid, [name]: value })
  for (const value of right) expect(read(value)()).toMatchObject({ [name]: Number(value) })
  const message = `${name}: must be 0, for ever, or a whole number from ${min} to 36500`
  for (const value of wrong) expect(read(value)).toThrow(message)
})

describe('secrets of files', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringback-secrets-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function file(name: string, content: string): string {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  const apiSettings = engineSettings.extend({
    AUTH_JWT_SECRET: z.string().min(32, 'must have 32 characters or more'),
    ADMIN_PASSWORD: z.string(),
  })

  test('are read instead of the settings, without the end of their line', () => {
    const settings = readSettings(apiSettings, {
      DATABASE_URL_FILE: file('database', `${valid.DATABASE_URL}\n`),
      REDIS_URL_FILE: file('redis', `${valid.REDIS_URL}\r\n`),
      AUTH_JWT_SECRET_FILE: file('jwt', 'of exactly thirty-two characters '),
      ADMIN_PASSWORD_FILE: file('admin', 'two\nlines\n'),
    })
    expect(settings).toMatchObject({
      ...valid,
      AUTH_JWT_SECRET: 'of exactly thirty-two characters ',
      ADMIN_PASSWORD: 'two\nlines',
    })
  })

  test('whatever is wrong with them is told at once, and once', () => {
    const read = () =>
      readSettings(apiSettings, {
        DATABASE_URL_FILE: join(folder, 'none'),
        REDIS_URL: valid.REDIS_URL,
        REDIS_URL_FILE: file('redis', valid.REDIS_URL),
        AUTH_JWT_SECRET_FILE: file('jwt', 'too short to be one'),
        ADMIN_PASSWORD_FILE: file('admin', '\n'),
      })
    const message = [
      'These settings are wrong:',
      `DATABASE_URL_FILE: ${folder}/none cannot be read (ENOENT); it must be the path of a file with the secret`,
      'REDIS_URL: is set, and REDIS_URL_FILE too; leave one of them out',
      `ADMIN_PASSWORD_FILE: ${folder}/admin holds nothing; it must hold the secret alone`,
      'AUTH_JWT_SECRET: must have 32 characters or more',
    ].join('\n  ')
    expect(read).toThrow(SettingsError)
    expect(read).toThrow(message)
  })

  test('a file of a setting that is not asked for is left alone', () => {
    const settings = databaseSettings
    expect(readSettings(settings, { ...valid, REDIS_URL_FILE: join(folder, 'none') })).toEqual({
      DATABASE_URL: valid.DATABASE_URL,
    })
  })
})

test.each([
  [['1', 'yes', 'TRUE', 'on'], true],
  [['0', 'no', 'False', 'off'], false],
])('%s are %s', (words, value) => {
  for (const word of words) expect(readSettings(z.object({ IT: onOff() }), { IT: word })).toEqual({ IT: value })
})

test('what is neither on nor off is refused', () => {
  expect(() => readSettings(z.object({ IT: onOff() }), { IT: 'maybe' })).toThrow(
    'IT: must be one of 1, yes, true, on, 0, no, false, off',
  )
})
