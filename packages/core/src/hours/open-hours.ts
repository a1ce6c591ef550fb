import { weekdays, type CalendarDocument } from './calendar.ts'

export const dayMs = 24 * 60 * 60_000

/** From this time of day until that one, in milliseconds after midnight by the clock on the wall. */
export type OpenRange = readonly [from: number, until: number]

/** What of a calendar says when a day is open. */
export type Reason = 'week' | 'closed' | 'holiday' | 'special'

/** A calendar that is ready to be asked. */
export interface OpenHours {
  /** When it is open on a day, in order; `day` counts the days of the calendar from 1970-01-01 on. */
  on(day: number): readonly OpenRange[]
  /** … and what says so. */
  reasonOn(day: number): Reason
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
  const dates = new Map<number, { ranges: readonly OpenRange[]; reason: Reason }>()
  for (const date of holidayDates) dates.set(dayOf(date), { ranges: [], reason: 'holiday' })
  for (const date of document.closed ?? []) dates.set(dayOf(date), { ranges: [], reason: 'closed' })
  for (const [date, ranges] of Object.entries(document.special ?? {})) {
    dates.set(dayOf(date), { ranges: rangesOf(ranges), reason: 'special' })
  }
  return {
    on: (day) => dates.get(day)?.ranges ?? week[(((day + weekdayOfFirst) % 7) + 7) % 7]!,
    reasonOn: (day) => dates.get(day)?.reason ?? 'week',
  }
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
