import { jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from './column-types.ts'

/**
 * When days are open. `document` is what was written, without the zone that it is read in (null = that of the customer);
 * `holidayDates` are the public holidays that it asks for, as they were expanded when it was written.
 */
export const calendars = pgTable('calendars', {
  id: text().primaryKey(),
  timeZone: text(),
  document: jsonb().$type<unknown>().notNull(),
  holidayDates: text().array().notNull(),
  updatedAt: moment().notNull(),
})
