import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  integer,
  pgEnum,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { callDirections, callSessionStatuses, outcomeTypes } from '../values.ts'
import { agents } from './agents.ts'
import { callbacks } from './callbacks.ts'
import { bigintString, moment } from './column-types.ts'

export const callDirection = pgEnum('call_direction', callDirections)
export const callSessionStatus = pgEnum('call_session_status', callSessionStatuses)
export const outcomeType = pgEnum('outcome_type', outcomeTypes)

/**
 * One phone call. An outbound call opened by a claim knows its queue entry and callback.
 *
 * `releasedAt` marks a claim that its agent gave back before calling: such a session is over without an outcome, but no
 * call went wrong. `outcomeRequest` tells the request that recorded the outcome from any other (a hash); one that telephony
 * told has none, until an agent adds notes to it. `telephonySequence` is that of the latest event of telephony.
 */
export const callSessions = pgTable(
  'call_sessions',
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: bigintString().notNull(),
    agentId: integer().references(() => agents.id),
    direction: callDirection().notNull(),
    status: callSessionStatus().notNull().default('in_progress'),
    twilioCallSid: text(),
    startedAt: moment().notNull(),
    completedAt: moment(),
    durationSeconds: integer(),
    lastOutcomeType: outcomeType(),
    outcomeNotes: text(),
    outcomeRequest: text(),
    outcomeFromTelephony: boolean().notNull().default(false),
    telephonySequence: integer(),
    callbackScheduled: boolean().notNull().default(false),
    nextCallbackId: uuid().references((): AnyPgColumn => callbacks.id, { onDelete: 'set null' }),
    callbackId: uuid().references((): AnyPgColumn => callbacks.id, { onDelete: 'set null' }),
    /** The entry that was claimed. It may be gone: only an entry must know its call. */
    queueEntryId: bigintString(),
    releasedAt: moment(),
    createdAt: moment().notNull(),
  },
  (table) => [
    check('call_sessions_completed', sql`(status = 'completed') = (completed_at is not null)`),
    check('call_sessions_outcome_ends_the_call', sql`last_outcome_type is null or status = 'completed'`),
    check('call_sessions_released', sql`released_at is null or (status = 'completed' and direction = 'outbound')`),
    check('call_sessions_telephony', sql`last_outcome_type is not null or not outcome_from_telephony`),
    check('call_sessions_duration', sql`duration_seconds >= 0`),
    uniqueIndex('call_sessions_by_twilio_sid').on(table.twilioCallSid),
    index('call_sessions_by_start').on(table.direction, table.startedAt),
    index('call_sessions_problematic')
      .on(table.startedAt, table.id, table.agentId)
      .where(sql`status = 'completed' and last_outcome_type is null and released_at is null`),
    // The calls of a user, the newest first; which of them an agent has had, is found in the index alone.
    index('call_sessions_by_user').on(table.userId, table.startedAt, table.id, table.agentId),
    index('call_sessions_by_agent')
      .on(table.agentId, table.startedAt, table.id)
      .where(sql`agent_id is not null`),
    // The calls that agents are in, and those that users are in. Each says whose it is, or a plan that is made while there
    // are none would look for one in the index of the other.
    index('call_sessions_inbound_at_work')
      .on(table.agentId)
      .where(sql`direction = 'inbound' and status = 'in_progress' and agent_id is not null`),
    index('call_sessions_inbound_of_user')
      .on(table.userId)
      .where(sql`direction = 'inbound' and status = 'in_progress' and user_id is not null`),
    // The attempts of a promise, and: what is removed is looked for in every column that refers to it.
    index('call_sessions_by_callback')
      .on(table.callbackId, table.startedAt)
      .where(sql`callback_id is not null`),
    index('call_sessions_by_next_callback')
      .on(table.nextCallbackId)
      .where(sql`next_callback_id is not null`),
  ],
)
