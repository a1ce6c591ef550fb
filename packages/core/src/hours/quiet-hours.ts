import { countryOf } from './region.ts'

/** Which calendar holds for customers of a region: by region of ISO 3166, `*` for the rest. */
export type QuietHours = Readonly<Record<string, string>>

/** The id of the calendar for a customer: that of the part of the country, else of the country, else of the rest. Pure. */
export function quietCalendarOf(quietHours: QuietHours, region: string | null): string | undefined {
  const matches = region === null ? ['*'] : [region, countryOf(region), '*']
  return matches.map((name) => quietHours[name]).find((calendarId) => calendarId !== undefined)
}
