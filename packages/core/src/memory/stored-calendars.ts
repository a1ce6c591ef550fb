import { calendars, type Calendar, type Sql } from '@ringback/db'
import type { Logger } from 'pino'
import { calendarDocument } from '../hours/calendar.ts'
import { openHours } from '../hours/open-hours.ts'
import type { ReadyCalendar } from '../policies/calling-hours.ts'

export interface StoredCalendars {
  /** All calendars by id, as they stood at most five seconds ago, ready to be asked. Read where the caller is at work. */
  all(sql: Sql): Promise<ReadonlyMap<string, ReadyCalendar>>
  /** Has the next look go to Postgres: this process has written a calendar. */
  forget(): void
}

/** What was read is held for so long. The rest of the five seconds is for reading it. */
const heldForMs = 4_000

/** Remembers the calendars. They are read anew as a whole, when somebody asks whose policy names one. */
export function storedCalendars(log: Logger): StoredCalendars {
  let held: { ready: Map<string, ReadyCalendar>; until: number } | undefined
  const told = new Set<string>()

  /** A row that was written by hand may say what cannot be read. */
  function read({ id, timeZone, document, holidayDates }: Calendar): [string, ReadyCalendar][] {
    const parsed = calendarDocument.safeParse(document)
    if (parsed.success) return [[id, { hours: openHours(parsed.data, holidayDates), timeZone }]]
    if (!told.has(id)) log.error({ calendarId: id, issues: parsed.error.issues }, 'calendar cannot be read')
    told.add(id)
    return []
  }

  return {
    async all(sql) {
      // Counted from before it was read: what is committed later may not be in it.
      const began = performance.now()
      if (!held || began >= held.until) {
        const rows = await calendars.list(sql)
        held = { ready: new Map(rows.flatMap(read)), until: began + heldForMs }
      }
      return held.ready
    },
    forget() {
      held = undefined
    },
  }
}
