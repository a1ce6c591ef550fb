import type { Calendar, CalendarDocument } from '@ringback/client'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]
export type Range = [from: string, until: string]

/** A calendar while somebody writes it. */
export interface CalendarDraft {
  /** Empty: by the clocks of the customer. */
  timeZone: string
  week: Record<Weekday, Range[]>
  closed: readonly { key: number; date: string }[]
  special: readonly { key: number; date: string; ranges: Range[] }[]
  country: string
  region: string
}

export function draftOf({ timeZone, week, closed, special, holidays }: Calendar): CalendarDraft {
  return {
    timeZone: timeZone ?? '',
    week: Object.fromEntries(weekdays.map((day) => [day, (week[day] ?? []) as Range[]])) as Record<Weekday, Range[]>,
    closed: closed.map((date, key) => ({ key, date })),
    special: Object.entries(special).map(([date, ranges], key) => ({ key, date, ranges: ranges as Range[] })),
    country: holidays?.country ?? '',
    region: holidays?.region ?? '',
  }
}

/** What is sent of it; the API says what is wrong with it, and where. */
export function documentOf({ timeZone, week, closed, special, country, region }: CalendarDraft): CalendarDocument {
  const open = weekdays.filter((day) => week[day].length > 0).map((day) => [day, week[day]] as const)
  return {
    timeZone: timeZone === '' ? null : timeZone,
    week: Object.fromEntries(open),
    ...(closed.length > 0 && { closed: closed.map(({ date }) => date) }),
    ...(special.length > 0 && { special: Object.fromEntries(special.map(({ date, ranges }) => [date, ranges])) }),
    holidays:
      country.trim() === ''
        ? null
        : {
            country: country.trim().toUpperCase(),
            ...(region.trim() !== '' && { region: region.trim().toUpperCase() }),
          },
  }
}

export function isSame(one: CalendarDraft, other: CalendarDraft): boolean {
  return JSON.stringify(documentOf(one)) === JSON.stringify(documentOf(other))
}

/** What a new calendar begins with, unless it begins as another one. */
export const firstDocument: CalendarDocument = {
  week: Object.fromEntries(weekdays.slice(0, 5).map((day) => [day, [['09:00', '17:00']]])),
}
