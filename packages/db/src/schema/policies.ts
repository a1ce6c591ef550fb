import { sql } from 'drizzle-orm'
import { check, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Actor, QueueType } from '../values.ts'
import { moment } from './column-types.ts'

/**
 * The rules of each queue beyond those of the report, every version of them: rows are added and never changed, and the
 * highest version counts. What a document may say, `core/policies` knows.
 */
export const policies = pgTable(
  'policies',
  {
    queueType: text().$type<QueueType>().notNull(),
    version: integer().notNull(),
    document: jsonb().$type<Record<string, unknown>>().notNull(),
    writtenBy: jsonb().$type<Actor>().notNull(),
    writtenAt: moment().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.queueType, table.version] }),
    check('policies_versions_count_from_one', sql`version >= 1`),
    check('policies_document_is_an_object', sql`jsonb_typeof(document) = 'object'`),
  ],
)
