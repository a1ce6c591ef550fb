import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { moment } from './moment.ts'

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
