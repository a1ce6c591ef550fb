import { weekdays, type CalendarDocument } from './calendar.ts'

export const dayMs = 24 * 60 * 60_000

/** From this time of day until that one, in milliseconds after midnight by the clock on the wall. */
export type OpenRange = readonly [from: number, until: number]

/** A calendar that is ready to be asked. */
export interface OpenHours {
  /** When it is open on a day, in order; `day` counts the days of the calendar from 1970-01-01 on. */
  on(day: number): readonly OpenRange[]
}

/** 1970-01-01 was a Thursday. */
const weekdayOfFirst = weekdays.indexOf('thu')

/**
 * Makes a calendar ready: a special date goes before a closed one or a holiday, and these before the week. Pure.
 *
 * @param holidayDates the dates of `document.holidays`, as `holidayDates` expands them
 */
export function openHours(document: CalendarDocument, holidayDates: readonly string[] = []): OpenHours {
  const week = weekdays.map((day) => rangesOf(document.week[day] ?? []))
  const dates = new Map<number, readonly OpenRange[]>()
  for (const date of [...(document.closed ?? []), ...holidayDates]) dates.set(dayOf(date), [])
  for (const [date, ranges] of Object.entries(document.special ?? {})) dates.set(dayOf(date), rangesOf(ranges))
  return { on: (day) => dates.get(day) ?? week[(((day + weekdayOfFirst) % 7) + 7) % 7]! }
}

function rangesOf(ranges: readonly (readonly [string, string])[]): OpenRange[] {
  return ranges.map(([from, until]) => [timeOfDayMs(from), timeOfDayMs(until)])
}

function timeOfDayMs(text: string): number {
  return (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * 60_000
}

function dayOf(date: string): number {
  return Date.parse(date) / dayMs
}
