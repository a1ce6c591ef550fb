import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { readable } from './readable.ts'

const time = new Date(2026, 10, 23, 15, 4, 5).getTime()

function shown(source: string, line: object | string): string | undefined {
  const text = readable(source, typeof line === 'string' ? line : JSON.stringify({ time, pid: 1, ...line }))
  return text === undefined ? undefined : stripVTControlCharacters(text)
}

test('a tick shows its figures', () => {
  const line = { level: 30, name: 'worker', msg: 'tick finished', runId: '7', processed: 12, notified: 11 }
  expect(shown('worker-1', line)).toBe('15:04:05 worker-1 tick finished processed 12 notified 11')
})

test('events of callbacks are shown, calls of ordinary users and requests are not', () => {
  const callbackId = 'a166d923-f500-4c44-8ecc-96b8b5d49264'
  const actor = { role: 'supervisor', sub: 'simulation' }
  const claimed = shown('api', { level: 30, msg: 'call claimed', actor, callbackId, agentId: 3, queueEntryId: '7' })
  expect(claimed).toMatch(/call claimed callback a166d923 agent 3$/)
  expect(shown('api', { level: 30, msg: 'call claimed', callbackId: null, agentId: 3 })).toBeUndefined()
  expect(shown('api', { level: 30, msg: 'incoming request', callbackId: '5' })).toBeUndefined()
})

test('what the demo does is seen once, where the API says it', () => {
  expect(shown('demo', { level: 30, msg: 'callback accepted', callbackId: '5' })).toBeUndefined()
  expect(shown('demo', { level: 40, msg: 'API unavailable' })).toContain('API unavailable')
})

test('warnings and errors are shown, an error with its cause', () => {
  const line = { level: 50, msg: 'worker failed', err: { message: 'connection lost', stack: 'at …' } }
  expect(shown('worker-1', line)).toBe('15:04:05 worker-1 worker failed cause connection lost')
})

test('what is not a log line is shown as it is', () => {
  expect(shown('api', 'SyntaxError: Unexpected token')).toMatch(/ api {6}SyntaxError: Unexpected token$/)
  expect(shown('api', '{ half a line')).toMatch(/\{ half a line$/)
  expect(shown('api', '  ')).toBeUndefined()
})
