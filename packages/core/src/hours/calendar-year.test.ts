import { expect, test } from 'vitest'
import { calendarYear } from './calendar-year.ts'
import { calendarDocument } from './calendar.ts'
import { openHours } from './open-hours.ts'

function yearOf(document: unknown, timeZone: string, year: number, holidays: string[] = []) {
  const { days, clockChanges } = calendarYear(
    { hours: openHours(calendarDocument.parse(document), holidays), timeZone },
    year,
  )
  return { days, clockChanges, on: (date: string) => days.find((day) => day.date === date) }
}

const everyDay = (...ranges: [string, string][]) =>
  Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, ranges]))

test('each day of a year says when it is open, for how long, and what says so', () => {
  const { days, on } = yearOf(
    {
      week: {
        thu: [
          ['08:00', '12:00'],
          ['13:00', '24:00'],
        ],
      },
      closed: ['2026-12-31'],
      special: { '2026-12-24': [['08:00', '10:30']], '2026-12-25': [] },
    },
    'Europe/Berlin',
    2026,
    ['2026-12-25', '2026-01-01'],
  )
  expect(days).toHaveLength(365)
  expect([days[0]!.date, days.at(-1)!.date]).toEqual(['2026-01-01', '2026-12-31'])
  expect(on('2026-01-01')).toEqual({ date: '2026-01-01', reason: 'holiday', hours: [], openMinutes: 0 })
  expect(on('2026-01-02')).toEqual({ date: '2026-01-02', reason: 'week', hours: [], openMinutes: 0 })
  expect(on('2026-01-08')).toEqual({
    date: '2026-01-08',
    reason: 'week',
    hours: [
      ['08:00', '12:00'],
      ['13:00', '24:00'],
    ],
    openMinutes: 900,
  })
  expect(on('2026-12-24')).toMatchObject({ reason: 'special', hours: [['08:00', '10:30']], openMinutes: 150 })
  expect(on('2026-12-25')).toMatchObject({ reason: 'special', hours: [], openMinutes: 0 })
  expect(on('2026-12-31')).toMatchObject({ reason: 'closed', hours: [], openMinutes: 0 })
  expect(yearOf({ week: everyDay(['08:00', '20:00']) }, 'UTC', 2028).days).toHaveLength(366)
})

test('the hours that clocks skip are not there, and those that they show twice are there twice', () => {
  const { on, clockChanges } = yearOf({ week: everyDay(['01:00', '04:00']) }, 'Europe/Berlin', 2026)
  expect(on('2026-03-28')).toMatchObject({ openMinutes: 180 })
  expect(on('2026-03-29')).toMatchObject({ hours: [['01:00', '04:00']], openMinutes: 120 })
  expect(on('2026-10-25')).toMatchObject({ openMinutes: 240 })
  expect(clockChanges).toEqual([
    { at: new Date('2026-03-29T01:00:00Z'), from: '2026-03-29T02:00', to: '2026-03-29T03:00' },
    { at: new Date('2026-10-25T01:00:00Z'), from: '2026-10-25T03:00', to: '2026-10-25T02:00' },
  ])
})

test('the year is that of the zone, whatever its clocks do', () => {
  const always = { week: everyDay(['00:00', '24:00']) }
  const hoursOf = (zone: string, year: number) =>
    yearOf(always, zone, year).days.reduce((sum, { openMinutes }) => sum + openMinutes, 0) / 60
  expect(hoursOf('Asia/Kolkata', 2026)).toBe(365 * 24)
  expect(hoursOf('Australia/Lord_Howe', 2026)).toBe(365 * 24)
  expect(yearOf(always, 'Asia/Kolkata', 2026).clockChanges).toEqual([])
  expect(yearOf(always, 'Australia/Lord_Howe', 2026).clockChanges).toMatchObject([
    { from: '2026-04-05T02:00', to: '2026-04-05T01:30' },
    { from: '2026-10-04T02:00', to: '2026-10-04T02:30' },
  ])
  // Samoa had no 30 December 2011.
  expect(yearOf(always, 'Pacific/Apia', 2011).on('2011-12-30')).toMatchObject({ openMinutes: 0 })
})
