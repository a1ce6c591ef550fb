import { sql } from 'drizzle-orm'
import { check, pgTable, text } from 'drizzle-orm/pg-core'
import { blockSources } from '../values.ts'
import { moment } from './column-types.ts'

/**
 * Who must not be called: users (`user:<id>`) and numbers in E.164, until a time or for good (null). A subject needs no row
 * of a user, and stays when one is erased, without the words that were said.
 */
export const doNotCall = pgTable(
  'do_not_call',
  {
    subject: text().primaryKey(),
    reason: text(),
    since: moment().notNull(),
    until: moment(),
    source: text({ enum: blockSources }).notNull(),
  },
  () => [
    check('do_not_call_subject', sql`subject ~ '^(user:[1-9][0-9]{0,18}|[+][1-9][0-9]{1,14})$'`),
    check('do_not_call_until_later', sql`until > since`),
    check('do_not_call_source', sql.raw(`source in (${blockSources.map((source) => `'${source}'`).join(', ')})`)),
  ],
)
