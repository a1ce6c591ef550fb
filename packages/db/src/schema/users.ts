import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Metadata } from '../values.ts'
import { bigintString, moment, queueType } from './column-types.ts'

/**
 * `phoneE164` is the phone in the international format, null when it is no number that there can be. `timeZone` and
 * `region` are where the user is, if somebody said so. `externalId` and `metadata` are what another system knows it by and
 * keeps with it.
 */
export const users = pgTable(
  'users',
  {
    id: bigintString().primaryKey(),
    name: text().notNull(),
    phone: text(),
    phoneE164: text('phone_e164'),
    timeZone: text(),
    region: text(),
    externalId: text(),
    metadata: jsonb().$type<Metadata>().notNull().default({}),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (table) => [
    index('users_by_phone_e164')
      .on(table.phoneE164)
      .where(sql`phone_e164 is not null`),
    uniqueIndex('users_by_external_id')
      .on(table.externalId)
      .where(sql`external_id is not null`),
    // For what a name contains; the operator class comes with the extension pg_trgm.
    index('users_by_name').using('gin', table.name.op('gin_trgm_ops')),
  ],
)

/**
 * What integrations last said about a user's ordinary place in a queue.
 *
 * `queuedAt` is null once the user has been called or taken out: then only `currentQueueType` matters, for the user's
 * next callback. While it is set, the ordinary entry can be made again from this row.
 */
export const userCallScores = pgTable(
  'user_call_scores',
  {
    userId: bigintString()
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    currentQueueType: queueType().notNull(),
    priorityScore: integer().notNull(),
    queueReason: text(),
    claimId: text(),
    availableFrom: moment().notNull(),
    signatureMissingSince: moment(),
    signatureType: text(),
    queuedAt: moment(),
    updatedAt: moment().notNull(),
  },
  () => [check('user_call_scores_not_negative', sql`priority_score >= 0`)],
)
