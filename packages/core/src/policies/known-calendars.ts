import type { Sql } from '@ringback/db'

/** Of these ids of calendars those that no calendar has: all of them, while there are none. */
export function unknownCalendars(_sql: Sql, ids: string[]): Promise<string[]> {
  return Promise.resolve(ids)
}
