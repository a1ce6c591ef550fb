import { sql } from 'drizzle-orm'
import { check, pgTable, text } from 'drizzle-orm/pg-core'
import { queueTypePattern } from '../values.ts'
import { moment, queueType } from './column-types.ts'

/**
 * The queues that there are. A live entry has its queue, which a trigger sees to; what has ended keeps the name of one that
 * is gone, so nothing refers here by a foreign key.
 *
 * `plannedBy` tells the hours by which the open callbacks of the queue were last planned; null when there were none.
 */
export const queues = pgTable(
  'queues',
  {
    queueType: queueType().primaryKey(),
    name: text().notNull(),
    plannedBy: text(),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  () => [check('queues_type_is_a_word', sql.raw(`queue_type ~ '${queueTypePattern}'`))],
)
