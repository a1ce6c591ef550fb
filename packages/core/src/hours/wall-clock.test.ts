import { expect, test } from 'vitest'
import { localTime, momentOfLocalTime, startOfDay } from './wall-clock.ts'

/** By zone and time of its clocks: what becomes of it, and the moment that it is. */
test.each([
  ['Europe/Berlin', '2026-03-29T02:30', 'gap', '2026-03-29T01:30:00Z'],
  ['Europe/Berlin', '2026-10-25T02:30', 'overlap', '2026-10-25T00:30:00Z'],
  ['America/New_York', '2026-03-08T02:30', 'gap', '2026-03-08T07:30:00Z'],
  ['America/New_York', '2026-11-01T01:30', 'overlap', '2026-11-01T05:30:00Z'],
  ['Asia/Jerusalem', '2026-03-27T02:30', 'gap', '2026-03-27T00:30:00Z'],
  ['Australia/Lord_Howe', '2026-10-04T02:15', 'gap', '2026-10-03T15:45:00Z'],
  ['Pacific/Apia', '2011-12-30T15:00', 'gap', '2011-12-31T01:00:00Z'],
  ['Africa/Cairo', '2026-04-24T00:30', 'gap', '2026-04-23T22:30:00Z'],
  ['America/Santiago', '2026-09-06T00:30', 'gap', '2026-09-06T04:30:00Z'],
  ['Asia/Kolkata', '2026-11-23T15:00', null, '2026-11-23T09:30:00Z'],
] as const)('in %s %s is: %s, %s', (timeZone, local, timeAdjusted, at) => {
  expect(momentOfLocalTime(local, timeZone)).toEqual({ at: new Date(at), timeAdjusted })
})

test('a local time is written with its seconds', () => {
  expect(localTime.parse('2026-11-23T15:00')).toBe('2026-11-23T15:00:00')
  expect(localTime.parse('2026-11-23T15:00:30')).toBe('2026-11-23T15:00:30')
})

test.each([
  ['2026-11-23T15:00Z', 'without an offset'],
  ['2026-11-23T15:00+01:00', 'without an offset'],
  ['2026-11-23', 'without an offset'],
  ['2026-02-30T15:00', 'must be a time that exists'],
  ['2026-11-23T24:30', 'must be a time that exists'],
  ['1969-11-23T15:00', 'must be from 1970-01-02'],
])('%s is no local time: %s', (text, problem) => {
  expect(
    localTime
      .safeParse(text)
      .error?.issues.map(({ message }) => message)
      .join(),
  ).toContain(problem)
})

test.each([
  ['UTC', '2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z'],
  ['Asia/Kolkata', '2026-03-02T18:29:59Z', '2026-03-01T18:30:00Z'],
  ['America/New_York', '2026-03-02T04:00:00Z', '2026-03-01T05:00:00Z'],
  ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z'],
  ['Africa/Cairo', '2026-04-24T12:00:00Z', '2026-04-23T22:00:00Z'],
])('in %s the day of %s began at %s', (timeZone, at, began) => {
  expect(startOfDay(new Date(at), timeZone)).toEqual(new Date(began))
})
