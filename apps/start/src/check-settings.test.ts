import { expect, test } from 'vitest'
import { checkSettings } from './check-settings.ts'

test('an empty environment is right, and so is what a terminal has read from the env file', () => {
  const client = { API_URL: 'http://127.0.0.1:3000', AGENT_TOKEN: 'a', SERVICE_TOKEN: 'b', SUPERVISOR_TOKEN: 'c' }
  expect(checkSettings({})).toEqual({ DEMO: true })
  expect(checkSettings({ ...client, HOME: '/root', PATH: '/bin', TERM: 'xterm', API_PORT: '' })).toMatchObject({})
})

test('wrong settings of several parts are told at once, each once', () => {
  const env = {
    API_PORT: 'http', // ours and the API's
    LOG_LEVEL: 'loud', // everybody's
    WORKER_CONCURRENCY: '0', // the worker's
    DEMO_SPEED: 'fast', // the demo's
    ADMIN_PASSWORD: 'short', // the API's
    DATABASE_URL: 'mysql://x',
    DEMO: 'maybe',
  }
  let message = ''
  try {
    checkSettings(env)
  } catch (error) {
    message = (error as Error).message
  }
  const [head, ...lines] = message.split('\n')
  expect(head).toBe('These settings are wrong:')
  const named = lines.map((line) => line.trim().split(':')[0] ?? '')
  expect(named.toSorted()).toEqual(Object.keys(env).toSorted())
})

test.each([
  ['DEMOO', 'DEMO'],
  ['API_PROT', 'API_PORT'],
  ['DATABSE_URL', 'DATABASE_URL'],
  ['ringback_home', 'RINGBACK_HOME'],
  ['WORKER_CONCURENCY', 'WORKER_CONCURRENCY'],
])('%s is refused, and %s named', (name, nearest) => {
  expect(() => checkSettings({ [name]: '0' })).toThrow(`${name}: is not a setting; ${nearest} is`)
})

test.each([
  ['0', false],
  ['no', false],
  ['FALSE', false],
  ['off', false],
  ['1', true],
  ['yes', true],
])('DEMO=%s is %s', (value, demo) => {
  expect(checkSettings({ DEMO: value }).DEMO).toBe(demo)
})

test('a port that nobody could ask for is refused', () => {
  expect(() => checkSettings({ API_PORT: '0' })).toThrow('API_PORT: must be a whole number from 1 to 65535')
})
