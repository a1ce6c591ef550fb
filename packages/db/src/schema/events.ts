import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { Actor } from '../values.ts'
import { bigintString, moment, queueType, transactionId } from './column-types.ts'

/** How many partitions the log has, one a day. */
export const eventSlots = 64

/**
 * The log of what happened, which triggers write in the transaction of each change: nothing that changes a row can leave it
 * out. What an event of each type holds, `core/events/catalogue.ts` says; nothing in it is of a user but the id.
 *
 * Rows are read in the order of `tx` and `id`, and only those of transactions before the oldest one that has not ended: what
 * stands behind them can never come before them.
 *
 * A row is in the partition of its day. There are 64, and the next day after the last one is the first one again,
 * emptied long before: rows go without being deleted one by one, and nobody has to make tables while Ringback runs.
 */
export const events = pgTable(
  'events',
  {
    slot: smallint()
      .notNull()
      .default(sql`(extract(epoch from now())::bigint / 86400 % 64)::smallint`),
    tx: transactionId()
      .notNull()
      .default(sql`pg_current_xact_id()`),
    id: bigint({ mode: 'bigint' }).notNull().generatedAlwaysAsIdentity().$type<string>(),
    type: text().notNull(),
    at: moment().notNull(),
    callbackId: uuid(),
    userId: bigintString(),
    agentId: integer(),
    queueType: queueType(),
    actor: jsonb().$type<Omit<Actor, 'sub'>>(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index('events_in_order').on(table.tx, table.id)],
)
