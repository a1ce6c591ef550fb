import { describe, expect, test } from 'vitest'
import { nextAttemptAfterMs, resultOf } from './attempts.ts'

const now = new Date('2026-03-02T10:00:00Z')
const secondsOf = (ms: number | null) => (ms === null ? null : ms / 1_000)
const hour = 3_600

test('waits grow as the table says, a fifth more or less', () => {
  const table = [5, 300, 1_800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour]
  const waits = (random: number) => table.map((_, index) => secondsOf(nextAttemptAfterMs(index + 1, undefined, random)))
  expect(waits(0.5)).toEqual(table)
  expect(waits(0)).toEqual(table.map((seconds) => seconds * 0.8))
  expect(waits(1)).toEqual(table.map((seconds) => seconds * 1.2))
  expect(nextAttemptAfterMs(10, undefined)).toBeNull()
  expect(nextAttemptAfterMs(10, 1_000), 'also when the receiver wants it').toBeNull()
})

test('a receiver is asked again when it wants to be, not before the table says, and within a day', () => {
  const after = (retryAfterMs: number) => secondsOf(nextAttemptAfterMs(2, retryAfterMs, 0.5))
  expect(after(1_000)).toBe(300)
  expect(after(600_000)).toBe(600)
  expect(after(400 * hour * 1_000)).toBe(24 * hour)
})

describe('what an answer means', () => {
  test.each([200, 201, 202, 204, 299])('%i is success', (status) => {
    expect(resultOf(status, undefined, now)).toEqual({ kind: 'delivered', status })
  })
  test.each([301, 302, 307, 308])('%i leads nowhere', (status) => {
    const error = `answered ${status}; redirects are not followed`
    expect(resultOf(status, undefined, now)).toMatchObject({ kind: 'failed', status, error })
  })
  test.each([400, 401, 404, 409, 429, 500, 503])('%i is tried again', (status) => {
    expect(resultOf(status, undefined, now)).toMatchObject({ kind: 'failed', status, error: `answered ${status}` })
  })
  test('410 is the end', () => {
    expect(resultOf(410, '5', now)).toEqual({ kind: 'gone', status: 410 })
  })
  test.each([
    ['120', 120_000],
    ['Mon, 02 Mar 2026 10:01:00 GMT', 60_000],
    ['Mon, 02 Mar 2026 09:00:00 GMT', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['9'.repeat(30), undefined],
    [undefined, undefined],
  ])('Retry-After: %s', (text, retryAfterMs) => {
    expect(resultOf(503, text, now)).toMatchObject({ retryAfterMs })
  })
})
