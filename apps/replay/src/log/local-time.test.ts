import { expect, test } from 'vitest'
import { momentOf } from './local-time.ts'

const at = (hours: number, minutes = 0, seconds = 0) => hours * 3_600 + minutes * 60 + seconds
const moment = (...args: Parameters<typeof momentOf>) => momentOf(...args).toISOString()

test('local times are two hours ahead of UTC in winter and three in summer', () => {
  expect(moment('1999-02-03', at(9, 30))).toBe('1999-02-03T07:30:00.000Z')
  expect(moment('2026-07-01', at(9, 30))).toBe('2026-07-01T06:30:00.000Z')
})

test('a call that lasts past midnight ends on the next day', () => {
  const entry = momentOf('1999-02-01', at(23, 50, 32))
  expect(moment('1999-02-01', at(0, 0, 32), entry)).toBe('1999-02-01T22:00:32.000Z')
})

test('a record that goes back a minute stays on its day', () => {
  const entry = momentOf('1999-02-03', at(16, 35, 59))
  expect(moment('1999-02-03', at(16, 34, 58), entry)).toBe('1999-02-03T14:34:58.000Z')
})

test('in the night in which the clocks go forward, 02:30 is 03:30', () => {
  expect(moment('2026-03-27', at(1, 59))).toBe('2026-03-26T23:59:00.000Z')
  expect(moment('2026-03-27', at(2, 30))).toBe('2026-03-27T00:30:00.000Z')
  expect(moment('2026-03-27', at(3, 30))).toBe('2026-03-27T00:30:00.000Z')
})

test('in the night in which they go back, an hour comes twice, and a call does not end before it began', () => {
  const first = momentOf('2026-10-25', at(1, 50))
  expect(first.toISOString()).toBe('2026-10-24T22:50:00.000Z')
  expect(moment('2026-10-25', at(1, 55), first)).toBe('2026-10-24T22:55:00.000Z')
  expect(moment('2026-10-25', at(1, 10), first)).toBe('2026-10-24T23:10:00.000Z')
})
