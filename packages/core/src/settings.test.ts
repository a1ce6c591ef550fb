import { expect, test } from 'vitest'
import { engineSettings, policyOf, readSettings } from './settings.ts'

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
    CALLBACKS_PER_AGENT_AND_HOUR: 120,
    RETENTION_DAYS: 400,
    RUN_RETENTION_DAYS: 30,
  })
  expect(Object.isFrozen(settings)).toBe(true)
  expect(policyOf(settings)).toEqual({
    leadMs: 300_000,
    toleranceMs: 60_000,
    rerouteAfterMs: 60_000,
    openToAllAfterMs: 300_000,
    agentTimeoutMs: 90_000,
    openCallbacksPerUser: 20,
    callbacksPerAgentAndHour: 120,
    retentionMs: 400 * 86_400_000,
    runRetentionMs: 30 * 86_400_000,
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

test.each([
  ['RETENTION_DAYS', '31', ['0', '31', '36500'], ['1', '30', '-1', '31.5', '36501', 'for ever']],
  ['RUN_RETENTION_DAYS', '30', ['0', '30', '36500'], ['1', '29', '-30', '36501']],
])('%s is 0 or at least %s days, as far as monitoring looks back', (name, min, right, wrong) => {
  const read = (value: string) => () => readSettings(engineSettings, { ...valid, [name]: value })
  for (const value of right) expect(read(value)()).toMatchObject({ [name]: Number(value) })
  const message = `${name}: must be 0, for ever, or a whole number from ${min} to 36500`
  for (const value of wrong) expect(read(value)).toThrow(message)
})
