import type { Calendar } from '@ringback/client'
import { weekdays, type Weekday } from './calendar-draft.ts'

/** The name of a day of the week, such as “Mon”. */
export function weekdayName(day: Weekday, language: string, weekday: 'short' | 'long' | 'narrow' = 'short'): string {
  // 5 January 1970 was a Monday.
  const at = Date.UTC(1970, 0, 5 + weekdays.indexOf(day))
  return new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' }).format(at)
}

/** “08:00–12:00, 13:00–18:00”. */
export function rangesInWords(ranges: readonly (readonly string[])[]): string {
  return ranges.map(([from, until]) => `${from}–${until}`).join(', ')
}

/** The hours of a week, days with the same ones together: “Mon–Fri 08:00–20:00”. */
export function weekInWords(week: Calendar['week'], language: string): string[] {
  const groups: { first: Weekday; last: Weekday; hours: string }[] = []
  for (const day of weekdays) {
    const hours = rangesInWords(week[day] ?? [])
    const before = groups.at(-1)
    if (before?.hours === hours) before.last = day
    else groups.push({ first: day, last: day, hours })
  }
  return groups
    .filter(({ hours }) => hours !== '')
    .map(({ first, last, hours }) => {
      const [from, until] = [weekdayName(first, language), weekdayName(last, language)]
      return `${first === last ? from : `${from}–${until}`} ${hours}`
    })
}

export function countryName(country: string, language: string): string {
  if (!/^[A-Z]{2}$/.test(country)) return country
  return new Intl.DisplayNames(language, { type: 'region' }).of(country) ?? country
}
