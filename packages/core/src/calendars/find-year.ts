import type { Deps } from '../deps.ts'
import { calendarYear, type CalendarYear } from '../hours/calendar-year.ts'
import { calendarDocument } from '../hours/calendar.ts'
import { holidayYears } from '../hours/holidays.ts'
import { openHours } from '../hours/open-hours.ts'
import { getCalendar } from './calendars.ts'

export interface CalendarYearFound extends CalendarYear {
  calendarId: string
  year: number
  /** By whose clocks. */
  timeZone: string
  /** False when the calendar closes on public holidays, and those of this year are not known. */
  holidaysKnown: boolean
}

/**
 * What follows from a calendar for a year.
 *
 * @param year the one at hand when left out
 * @param timeZone by whose clocks a calendar without a zone is read
 * @throws DomainError `calendar-not-found`
 */
export async function getCalendarYear(
  deps: Deps,
  { id, timeZone, ...asked }: { id: string; year?: number | undefined; timeZone: string },
): Promise<CalendarYearFound> {
  const calendar = await getCalendar(deps, id)
  const document = calendarDocument.parse(calendar.document)
  const zone = calendar.timeZone ?? timeZone
  const known = holidayYears(deps.clock.now())
  const year = asked.year ?? known.first
  return {
    calendarId: id,
    year,
    timeZone: zone,
    holidaysKnown: document.holidays == null || (year >= known.first && year <= known.last),
    ...calendarYear({ hours: openHours(document, calendar.holidayDates), timeZone: zone }, year),
  }
}
