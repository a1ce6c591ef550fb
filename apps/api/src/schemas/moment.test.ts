import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { moment, momentInUrl } from './moment.ts'

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

/** Both sides of changes of the clocks: each moment by its offset, whatever the clocks of this machine do then. */
const golden = [
  // Berlin, spring: 02:00 becomes 03:00.
  ['2026-03-29T01:59:59+01:00', '2026-03-29T00:59:59.000Z'],
  ['2026-03-29T02:30:00+01:00', '2026-03-29T01:30:00.000Z'],
  ['2026-03-29T03:00:00+02:00', '2026-03-29T01:00:00.000Z'],
  // Berlin, autumn: 02:30 comes twice.
  ['2026-10-25T02:30:00+02:00', '2026-10-25T00:30:00.000Z'],
  ['2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00.000Z'],
  // New York, spring and autumn.
  ['2026-03-08T02:30:00-05:00', '2026-03-08T07:30:00.000Z'],
  ['2026-11-01T01:30:00-04:00', '2026-11-01T05:30:00.000Z'],
  ['2026-11-01T01:30:00-05:00', '2026-11-01T06:30:00.000Z'],
  // Lord Howe moves by half an hour; Chatham is 45 minutes off.
  ['2026-04-05T01:45:00+10:30', '2026-04-04T15:15:00.000Z'],
  ['2026-09-27T03:00:00+13:45', '2026-09-26T13:15:00.000Z'],
  // Across a day, a year, and the 29th of February.
  ['2027-01-01T00:30:00+14:00', '2026-12-31T10:30:00.000Z'],
  ['2028-02-29T23:59:59.999-12:00', '2028-03-01T11:59:59.999Z'],
] as const

test.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Chatham'])(
  'around changes of the clocks a moment is the one that its offset says, in %s',
  (timeZone) => {
    process.env['TZ'] = timeZone
    expect(golden.map(([text]) => z.encode(moment, z.decode(moment, text)))).toEqual(golden.map(([, utc]) => utc))
  },
)

describe.each([
  ['a body', moment],
  ['a query string', momentInUrl],
])('in %s', (_, schema) => {
  test.each([
    ['2026-11-23T15:00+02:00', '2026-11-23T13:00:00.000Z'],
    ['2026-11-23T15:00:00+02', '2026-11-23T13:00:00.000Z'],
    ['2026-11-23T15:00+02', '2026-11-23T13:00:00.000Z'],
    ['2026-11-23T15:00:00+0200', '2026-11-23T13:00:00.000Z'],
    ['2026-11-23T15:00-0330', '2026-11-23T18:30:00.000Z'],
    ['2026-11-23T15:00Z', '2026-11-23T15:00:00.000Z'],
    ['2026-11-23t15:00:07.25z', '2026-11-23T15:00:07.250Z'],
    ['2028-02-29T00:00+14', '2028-02-28T10:00:00.000Z'],
  ])('%s is %s', (text, utc) => {
    expect(schema.parse(text).toISOString()).toBe(utc)
  })

  test.each([
    ['2026-11-23T15:00', 'must say its offset from UTC, like 2026-11-23T15:00:00+02:00'],
    ['2026-11-23T15:00:00.5', 'must say its offset from UTC, like 2026-11-23T15:00:00+02:00'],
    ['2026-11-23', 'must say its offset from UTC, like 2026-11-23T15:00:00+02:00'],
    ['2026-02-30T15:00Z', 'must be a time that exists'],
    ['2027-02-29T15:00Z', 'must be a time that exists'],
    ['2026-13-01T15:00Z', 'must be a time that exists'],
    ['2026-11-23T24:00Z', 'must be a time that exists'],
    ['2026-11-23T15:60Z', 'must be a time that exists'],
    ['2026-11-23T15:00:60Z', 'must be a time that exists'],
    ['2026-11-23T15:00+24', 'must be a time that exists'],
    ['2026-11-23T15:00+0260', 'must be a time that exists'],
    ['2026-11-23T15Z', 'must be a time like 2026-11-23T15:00:00+02:00'],
    ['2026-11-23T15:00+2', 'must be a time like 2026-11-23T15:00:00+02:00'],
    ['2026-11-23T15:00:00.Z', 'must be a time like 2026-11-23T15:00:00+02:00'],
    ['2026-11-23T15:00ZZ', 'must be a time like 2026-11-23T15:00:00+02:00'],
    [' 2026-11-23T15:00Z', 'must be a time like 2026-11-23T15:00:00+02:00'],
    ['23.11.2026 15:00', 'must be a time like 2026-11-23T15:00:00+02:00'],
    ['tomorrow', 'must be a time like 2026-11-23T15:00:00+02:00'],
    ['', 'must be a time like 2026-11-23T15:00:00+02:00'],
    ['1969-12-31T23:59Z', 'must not be before 1970'],
    ['9999-12-31T23:59-01', 'must not be after 9999'],
  ])('%j is refused: %s', (text, message) => {
    expect(schema.safeParse(text).error?.issues.map((issue) => issue.message)).toEqual([message])
  })
})

test('a plus that a query string turned into a space is a plus, and in a body it is not', () => {
  for (const text of ['2026-11-23T15:00:00 02:00', '2026-11-23T15:00 0200', '2026-11-23T15:00 02']) {
    expect(momentInUrl.parse(text).toISOString()).toBe('2026-11-23T13:00:00.000Z')
    expect(moment.safeParse(text).success).toBe(false)
  }
  expect(momentInUrl.safeParse('2026-11-23 15:00').success).toBe(false)
})
