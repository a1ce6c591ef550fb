import { expect, test } from 'vitest'
import { calendarDocument } from './calendar.ts'
import { openHours } from './open-hours.ts'

const week = { mon: [['08:00', '20:00']] }

function problemsOf(document: unknown): string[] {
  const issues = calendarDocument.safeParse(document).error?.issues ?? []
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

test('a calendar of every part is taken, and its zone spelt as IANA does', () => {
  const document = {
    timeZone: 'europe/berlin',
    week: {
      ...week,
      sat: [
        ['09:00', '12:30'],
        ['12:30', '24:00'],
      ],
    },
    closed: ['2026-12-25'],
    special: { '2026-12-24': [['08:00', '12:00']], '2026-12-31': [] },
    holidays: { country: 'DE', region: 'BY' },
  }
  expect(calendarDocument.parse(document)).toEqual({ ...document, timeZone: 'Europe/Berlin' })
})

test.each([
  [{ week: { mon: [['8:00', '20:00']] } }, 'week.mon.0.0: must be a time of day from 00:00 to 24:00, like 08:30'],
  [
    { week: { mon: [['20:00', '08:00']] } },
    'week.mon.0: must end after it begins; hours past midnight belong to the next day',
  ],
  [
    {
      week: {
        mon: [
          ['08:00', '12:00'],
          ['11:00', '13:00'],
        ],
      },
    },
    'week.mon: must be in order, and none may begin before the one in front of it has ended',
  ],
  [{ week: {} }, ': must be open at some time: give hours to a day of `week`, or to a date of `special`'],
  [{ week: { monday: [] } }, 'week: Unrecognized key: "monday"'],
  [{ week, closed: ['2026-02-30'] }, 'closed.0: must be a date that exists, like 2026-12-25'],
  [{ week, timeZone: '+02:00' }, 'timeZone: must be a time zone of IANA, like Europe/Berlin'],
  [{ week, timeZone: 'Europe/Bern' }, 'timeZone: must be a time zone of IANA, like Europe/Berlin'],
  [{ week, holidays: { country: 'de' } }, 'holidays.country: must be a country of ISO 3166-1, like DE'],
])('%j is refused: %s', (document, problem) => {
  expect(problemsOf(document)).toContain(problem)
})

test('a special date goes before a closed one, and both go before the week', () => {
  const hours = openHours(
    calendarDocument.parse({
      week: { fri: [['08:00', '20:00']] },
      closed: ['2026-12-25'],
      special: { '2027-01-01': [['10:00', '11:00']] },
    }),
    ['2027-01-01', '2026-12-18'],
  )
  const on = (date: string) => hours.on(Date.parse(date) / 86_400_000).map((range) => range.map((ms) => ms / 3_600_000))
  expect(on('2026-12-11')).toEqual([[8, 20]])
  expect(on('2026-12-12')).toEqual([])
  expect(on('2026-12-18')).toEqual([])
  expect(on('2026-12-25')).toEqual([])
  expect(on('2027-01-01')).toEqual([[10, 11]])
  expect(on('1965-01-01')).toEqual([[8, 20]])
})
