import { calendars, policies, type Calendar } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import type { CalendarDocument } from '../hours/calendar.ts'
import { holidayDates } from '../hours/holidays.ts'
import { sourceOf } from '../hours/law.ts'
import { lockCalendar } from '../locks.ts'

/**
 * Writes a calendar. The public holidays that it asks for are expanded for the year at hand and two more, and stored.
 *
 * @param ifUpdatedAt when the calendar that is to be replaced last changed; left out, the new one goes before any
 * @throws DomainError `calendar-read-only`, `unknown-holidays`, `calendar-changed`
 */
export async function putCalendar(
  deps: Deps,
  { id, document, ifUpdatedAt }: { id: string; document: CalendarDocument; ifUpdatedAt?: Date | undefined },
): Promise<{ calendar: Calendar; created: boolean }> {
  requireOwnCalendar(id)
  return deps.write(async ({ sql, now, afterCommit }) => {
    const written = await calendars.put(sql, await rowOf(id, document, now), now, ifUpdatedAt)
    if (!written) {
      const detail = `Calendar ${id} has changed since ${ifUpdatedAt?.toISOString()}, or is gone; read it and change that one`
      throw new DomainError('calendar-changed', detail)
    }
    const { created, ...calendar } = written
    afterCommit(() => {
      deps.calendars.forget()
      deps.log.info({ calendarId: id, created }, 'calendar written')
    })
    return { calendar, created }
  })
}

/** A calendar as it is stored, with the holidays of that time. */
export async function rowOf(id: string, document: CalendarDocument, now: Date): Promise<Omit<Calendar, 'updatedAt'>> {
  const { timeZone = null, ...rest } = document
  const dates = document.holidays ? await holidayDates(document.holidays, now) : []
  return { id, timeZone, document: rest, holidayDates: dates }
}

/** @throws DomainError `calendar-not-found` */
export async function getCalendar(deps: Deps, id: string): Promise<Calendar> {
  const calendar = await calendars.get(deps.sql, id)
  if (!calendar) throw noSuchCalendar(id)
  return calendar
}

/** All calendars by id. */
export async function listCalendars(deps: Deps): Promise<Calendar[]> {
  return calendars.list(deps.sql)
}

/**
 * Deletes a calendar that nothing goes by.
 *
 * @throws DomainError `calendar-not-found`, `calendar-read-only`, `calendar-in-use`
 */
export async function deleteCalendar(deps: Deps, id: string): Promise<void> {
  requireOwnCalendar(id)
  await deps.transact(async (tx) => {
    if (!(await lockCalendar(tx, id))) throw noSuchCalendar(id)
    const queueTypes = await policies.listNaming(tx.sql, id)
    if (queueTypes.length > 0) {
      const detail = `The policy of ${queueTypes.join(', and of ')} names calendar ${id}; name another one there first`
      throw new DomainError('calendar-in-use', detail)
    }
    await calendars.remove(tx.sql, id)
    tx.afterCommit(() => {
      deps.calendars.forget()
      deps.log.info({ calendarId: id }, 'calendar deleted')
    })
  })
}

/** @throws DomainError `calendar-read-only` */
function requireOwnCalendar(id: string): void {
  if (!id.startsWith('law:')) return
  const remedy = sourceOf(id) ? 'write one of your own' : 'ids of your own do not begin with law:'
  throw new DomainError('calendar-read-only', `Calendar ${id} cannot be written; ${remedy}`)
}

function noSuchCalendar(id: string): DomainError {
  return new DomainError('calendar-not-found', `There is no calendar ${id}`)
}
