import { sql } from 'drizzle-orm'
import { check, index, integer, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { predicates } from '../conditions.ts'
import { queueEntryStatuses } from '../values.ts'
import { agents } from './agents.ts'
import { callSessions } from './call-sessions.ts'
import { callbacks } from './callbacks.ts'
import { bigintIdentity, bigintString, moment, queueType, transactionId } from './column-types.ts'

export const queueEntryStatus = pgEnum('queue_entry_status', queueEntryStatuses)

/**
 * One user's place in one queue. Assignment (who should call) and claim (who does) are kept apart, so that a claim can
 * be given back and the entry stands exactly where it stood. An entry that its agent left lying (`escalatedAt`) belongs to
 * nobody until somebody claims or accepts it.
 *
 * Before `onHoldUntil` nobody is handed it, though its time may have come: its customer is in an inbound call, or was told a
 * time that comes first. It ends by itself, and says since when the entry can be had when it has ended.
 *
 * From `availableUntil` on nobody is handed it, as nobody may call its customer: the end of the hours that it lies in. The
 * entry leaves its queue then, and its callback waits for the next opening. Null when no hours end.
 * Before `heldUntil` it stays with its agent, who is there and may be busy: its promise is that agent's alone until then.
 *
 * `version` grows by one with every update: the lanes in Redis keep the highest version that they have seen of each
 * entry and ignore anything older.
 *
 * `changedIn` is the transaction that last changed the row, which its default and a trigger see to: what the reconciler
 * has not looked at follows from transactions, whatever time they took and whatever times they wrote.
 */
export const callQueue = pgTable(
  'call_queue',
  {
    id: bigintIdentity(),
    userId: bigintString().notNull(),
    claimId: text(),
    queueType: queueType().notNull(),
    priorityScore: integer().notNull(),
    queueReason: text(),
    status: queueEntryStatus().notNull(),
    assignedToAgentId: integer().references(() => agents.id),
    assignedAt: moment(),
    escalatedAt: moment(),
    callbackId: uuid().references(() => callbacks.id),
    availableFrom: moment().notNull(),
    onHoldUntil: moment(),
    availableUntil: moment(),
    heldUntil: moment(),
    signatureMissingSince: moment(),
    signatureType: text(),
    claimedByAgentId: integer().references(() => agents.id),
    claimedAt: moment(),
    callSessionId: uuid().references(() => callSessions.id),
    endedAt: moment(),
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
    changedIn: transactionId()
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [
    check('call_queue_assignment', sql`(assigned_to_agent_id is null) = (assigned_at is null)`),
    check(
      'call_queue_status_follows_assignment',
      sql`case status when 'pending' then assigned_at is null when 'assigned' then assigned_at is not null else true end`,
    ),
    check(
      'call_queue_claim',
      sql`(status in ('in_progress', 'completed')) = (claimed_by_agent_id is not null) and (claimed_by_agent_id is null) = (claimed_at is null) and (claimed_at is null) = (call_session_id is null)`,
    ),
    check('call_queue_escalated_is_nobodys', sql`escalated_at is null or status <> 'assigned'`),
    check('call_queue_ended', sql`(status in ('completed', 'removed')) = (ended_at is not null)`),
    check('call_queue_negative_scores_are_callbacks', sql`(priority_score < 0) = (callback_id is not null)`),
    check('call_queue_hours_are_of_callbacks', sql`available_until is null or callback_id is not null`),
    uniqueIndex('call_queue_one_live_per_callback').on(table.callbackId).where(sql.raw(predicates.isLive)),
    uniqueIndex('call_queue_one_live_per_user').on(table.userId).where(sql.raw(predicates.isLive)),
    uniqueIndex('call_queue_one_claim_per_agent')
      .on(table.claimedByAgentId)
      .where(sql`status = 'in_progress'`),
    // Waiting entries in their order: those of nobody by type, those of an agent, and those of all agents by type.
    // An index for each, since one for all would make a claim read past the entries of every other agent.
    index('call_queue_pending')
      .on(table.queueType, table.priorityScore, table.availableFrom, table.id)
      .where(sql`status = 'pending'`),
    index('call_queue_assigned')
      .on(table.assignedToAgentId, table.priorityScore, table.availableFrom, table.id)
      .where(sql`status = 'assigned'`),
    index('call_queue_assigned_by_type')
      .on(table.queueType, table.priorityScore, table.availableFrom, table.id)
      .where(sql`status = 'assigned'`),
    index('call_queue_unassigned_callbacks')
      .on(table.priorityScore, table.availableFrom, table.id)
      .where(sql`status = 'pending' and callback_id is not null and escalated_at is null`),
    index('call_queue_escalated')
      .on(table.id)
      .where(sql`status = 'pending' and escalated_at is not null`),
    index('call_queue_closing')
      .on(table.availableUntil, table.id)
      .where(sql.raw(`${predicates.isWaiting} and available_until is not null`)),
    // What a policy opens to all when nobody has claimed it for long.
    index('call_queue_unescalated')
      .on(table.queueType, table.availableFrom, table.id)
      .where(sql.raw(`${predicates.isWaiting} and callback_id is not null and escalated_at is null`)),
    index('call_queue_by_change').on(table.changedIn, table.id),
    // What is erased with its user.
    index('call_queue_ended_by_user')
      .on(table.userId)
      .where(sql`ended_at is not null`),
    // What is removed is looked for in every column that refers to it.
    index('call_queue_by_callback')
      .on(table.callbackId)
      .where(sql`callback_id is not null`),
    index('call_queue_by_call')
      .on(table.callSessionId)
      .where(sql`call_session_id is not null`),
  ],
)
