import { calendars } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { reasonOf } from '../errors.ts'
import { calendarDocument } from '../hours/calendar.ts'
import { holidayDates } from '../hours/holidays.ts'
import { lawCalendars } from '../hours/law.ts'
import { rowOf } from './calendars.ts'

/**
 * Writes the calendars that come with Ringback, and expands the holidays of all calendars once more: with each year another
 * one is known, and what was decided lately. A calendar whose holidays cannot be had keeps those that it has. Any number of
 * processes may do so.
 */
export async function keepCalendars(deps: Deps): Promise<{ written: number }> {
  return deps.write(async ({ sql, now, afterCommit }) => {
    let written = 0
    for (const { id, document } of lawCalendars) {
      const { isWritten } = await calendars.keep(sql, await rowOf(id, document, now), now)
      if (isWritten) written += 1
    }
    for (const { id, document } of await calendars.list(sql)) {
      const holidays = calendarDocument.safeParse(document).data?.holidays
      if (!holidays || id.startsWith('law:')) continue
      try {
        const { isWritten } = await calendars.renewHolidays(
          sql,
          { id, document },
          await holidayDates(holidays, now),
          now,
        )
        if (isWritten) written += 1
      } catch (error) {
        deps.log.warn({ calendarId: id, reason: reasonOf(error) }, 'holidays of a calendar not renewed')
      }
    }
    if (written > 0) afterCommit(() => deps.calendars.forget())
    return { written }
  })
}
