import type { Calendar } from '@ringback/client'
import { queryOptions } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'

/** Every calendar, with those that come with Ringback. */
export const calendarsQuery = queryOptions({
  queryKey: ['calendars'],
  queryFn: ({ signal }) => ringback.calendars.list({ signal }),
})

/** What follows from a calendar for a year; one without a zone is read by the clocks of `timeZone`. */
export const calendarYearQuery = (calendarId: string, year: number | undefined, timeZone: string) =>
  queryOptions({
    queryKey: ['calendar-year', calendarId, year, timeZone],
    queryFn: ({ signal }) =>
      ringback.calendars.getYear(calendarId, { ...(year !== undefined && { year }), timeZone }, { signal }),
  })

/** Those that come with Ringback are the same everywhere. */
export function isReadyMade({ id }: Pick<Calendar, 'id'>): boolean {
  return id.startsWith('law:')
}
