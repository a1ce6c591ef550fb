import type { Sql } from '@ringback/db'

/** Finds what names a calendar, in words like `the policy of outstanding_requests`. */
export type FindUses = (sql: Sql, calendarId: string) => Promise<string[]>

/** Whatever names calendars has its search here, so that none goes while something needs it. */
export const calendarUses: FindUses[] = []
