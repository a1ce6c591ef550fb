import { weekdays, type CalendarDocument } from '@ringback/core'

/** The hours of a calendar, written down for a person to read, and for the oracle. */
export interface Table {
  /** Null: read by the clocks of the customer. */
  timeZone: string | null
  week: CalendarDocument['week']
  special: Record<string, [string, string][]>
  /** Every date of the year on which it is closed, holidays among them. */
  closed: Set<string>
}

const weekOf = (days: (typeof weekdays)[number][], ...hours: [string, string][]): CalendarDocument['week'] =>
  Object.fromEntries(days.map((day) => [day, hours]))
const monToFri = weekdays.slice(0, 5)

/** The opening hours of the three centres, and those of customers of whom no law says anything, as Ringback is told them. */
export const documents: Record<string, CalendarDocument> = {
  jerusalem: {
    timeZone: 'Asia/Jerusalem',
    week: { ...weekOf(['sun', 'mon', 'tue', 'wed', 'thu'], ['09:00', '19:00']), fri: [['09:00', '13:00']] },
    closed: ['2026-04-02', '2026-04-08', '2026-04-22', '2026-09-13', '2026-09-21', '2026-10-03'],
    special: { '2026-04-01': [['09:00', '12:00']], '2026-09-20': [['09:00', '12:00']] },
  },
  new_york: {
    timeZone: 'America/New_York',
    week: { ...weekOf(monToFri, ['08:00', '20:00']), sat: [['10:00', '16:00']] },
    special: { '2026-11-27': [['10:00', '14:00']], '2026-12-24': [['08:00', '13:00']] },
    holidays: { country: 'US' },
  },
  sydney: {
    timeZone: 'Australia/Sydney',
    week: weekOf(monToFri, ['08:30', '12:30'], ['13:00', '18:00']),
    holidays: { country: 'AU', region: 'NSW' },
  },
  waking: { week: weekOf([...weekdays], ['07:00', '22:00']) },
}

/** Public holidays from 20 March 2026 to 31 May 2027. */
const holidays: Record<string, string> = {
  US: '2026-05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25 2027-01-01 01-18 02-15 05-31',
  AU: '2026-04-03 04-04 04-05 04-06 04-25 04-27 06-08 10-05 12-25 12-26 12-28 2027-01-01 01-26 03-26 03-27 03-28 03-29 04-25 04-26',
  DE: '2026-04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26 2027-01-01 03-26 03-29 05-01 05-06 05-17',
  FR: '2026-04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25 2027-01-01 03-29 05-01 05-06 05-08 05-17',
  IT: '2026-04-05 04-06 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26 2027-01-01 01-06 03-28 03-29 04-25 05-01',
  ES: '2026-04-03 05-01 08-15 10-12 11-01 12-06 12-08 12-25 2027-01-01 01-06 03-26 05-01',
}

/** A date without a year is of the year before it. */
function datesOf(country: string): string[] {
  let year = ''
  return (holidays[country] ?? '').split(' ').map((text) => {
    if (text.length === 10) year = text.slice(0, 4)
    return text.length === 10 ? text : `${year}-${text}`
  })
}

const law = (week: Table['week'], country?: string): Table => ({
  timeZone: null,
  week,
  special: {},
  closed: new Set(country && datesOf(country)),
})

/** All calendars by id. Those of laws say what they say in their sources. */
export function allTables(): Map<string, Table> {
  const own = Object.entries(documents).map(([id, document]): [string, Table] => {
    const { timeZone = null, week, special = {}, closed = [], holidays: of } = document
    return [id, { timeZone, week, special, closed: new Set([...closed, ...(of ? datesOf(of.country) : [])]) }]
  })
  return new Map([
    ...own,
    ['law:us', law(weekOf([...weekdays], ['08:00', '21:00']))],
    ['law:us-8-20', law(weekOf([...weekdays], ['08:00', '20:00']))],
    ['law:fr', law(weekOf(monToFri, ['10:00', '13:00'], ['14:00', '20:00']), 'FR')],
    ['law:de', law({ ...weekOf(monToFri, ['08:00', '20:00']), sat: [['09:00', '18:00']] }, 'DE')],
    ['law:it', law(weekOf([...monToFri, 'sat'], ['10:00', '19:00']), 'IT')],
    ['law:es', law(weekOf(monToFri, ['09:00', '21:00']), 'ES')],
  ])
}

/** Zones of a country that differ in this year. */
export const zonesOfCountry: Record<string, string[]> = {
  US: [
    'America/New_York',
    'America/Chicago',
    'America/Denver',
    'America/Phoenix',
    'America/Los_Angeles',
    'America/Anchorage',
    'America/Adak',
    'Pacific/Honolulu',
  ],
  AU: [
    'Australia/Sydney',
    'Australia/Brisbane',
    'Australia/Adelaide',
    'Australia/Darwin',
    'Australia/Perth',
    'Australia/Eucla',
    'Australia/Lord_Howe',
    'Antarctica/Macquarie',
  ],
  DE: ['Europe/Berlin'],
  FR: ['Europe/Paris'],
  IT: ['Europe/Rome'],
  ES: ['Europe/Madrid', 'Atlantic/Canary'],
  GB: ['Europe/London'],
  IL: ['Asia/Jerusalem'],
  IN: ['Asia/Kolkata'],
  NZ: ['Pacific/Auckland', 'Pacific/Chatham'],
}
