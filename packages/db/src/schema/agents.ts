import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgEnum, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { agentStatuses, mostCallbackCredit } from '../values.ts'
import { moment } from './column-types.ts'

export const agentStatus = pgEnum('agent_status', agentStatuses)

/**
 * Who calls. `queueTypes` are the queues that an agent serves, in their order and each once; null when it serves all, also
 * those that are still to come.
 */
export const agents = pgTable('agents', {
  id: integer().primaryKey(),
  firstName: text().notNull(),
  lastName: text().notNull(),
  email: text(),
  isActive: boolean().notNull().default(true),
  queueTypes: text().array(),
  createdAt: moment().notNull(),
  updatedAt: moment().notNull(),
})

/**
 * An agent's presence from login to logout. `statusSince` says for how long an agent has been available, `heardBy` which
 * API last heard of it, and `callbackCredit` whether a callback or an ordinary user goes first where a queue has a share.
 */
export const agentSessions = pgTable(
  'agent_sessions',
  {
    id: uuid().primaryKey().defaultRandom(),
    agentId: integer()
      .notNull()
      .references(() => agents.id),
    status: agentStatus().notNull(),
    statusSince: moment().notNull(),
    loginAt: moment().notNull(),
    lastSeenAt: moment().notNull(),
    heardBy: text(),
    logoutAt: moment(),
    callbackCredit: smallint().notNull().default(mostCallbackCredit),
  },
  (table) => [
    uniqueIndex('agent_sessions_one_open_per_agent')
      .on(table.agentId)
      .where(sql`logout_at is null`),
    index('agent_sessions_by_logout')
      .on(table.logoutAt)
      .where(sql`logout_at is not null`),
    check('agent_sessions_logout_after_login', sql`logout_at >= login_at`),
    check('agent_sessions_callback_credit', sql`callback_credit between 0 and ${sql.raw(String(mostCallbackCredit))}`),
  ],
)

/** Since when, without a break, and until when each API has been there to hear heartbeats. */
export const agentWatch = pgTable('agent_watch', {
  api: text().primaryKey(),
  heardSince: moment().notNull(),
  heardUntil: moment().notNull(),
})
