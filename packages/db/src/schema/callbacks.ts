import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { predicates } from '../conditions.ts'
import {
  callbackResults,
  callbackStatuses,
  notificationKinds,
  owners,
  type Actor,
  type Metadata,
  type PolicyOverrides,
} from '../values.ts'
import { agents } from './agents.ts'
import { callSessions } from './call-sessions.ts'
import { bigintIdentity, bigintString, moment, queueType } from './column-types.ts'

export const callbackStatus = pgEnum('callback_status', callbackStatuses)
export const callbackResult = pgEnum('callback_result', callbackResults)
export const callbackOwner = pgEnum('callback_owner', owners)

/**
 * The promises. `userId` has no foreign key: a promise outlives the user's record and is then reported as an error.
 *
 * `scheduledFor` is when the call is due, `promisedFor` what the customer was told: null while they are the same, so that
 * what is put off needs a second column and nothing else does.
 *
 * An attempt is an outbound call for the promise that got an outcome. `firstCalledAt` is when the first of them began, and
 * `firstCalledBy` the agent who made it: the first one says how punctual we were. Both begin anew when the customer is told
 * another time. `result` is what became of a promise that
 * has ended; null for what ended before results were written down.
 *
 * `reachedBySessionId` is the inbound call in which the customer was reached while an agent was calling about the promise, which
 * is that agent's until the claim ends, and then nobody's.
 *
 * `policy` is what holds for this promise instead of the policy of its queue. `externalId` and `metadata` are what another
 * system knows it by and keeps with it.
 *
 * `isQueued` says whether the callback has a live queue entry. It is written in the transaction that makes or ends the
 * entry, and lets the scan find the unqueued ones by an index that holds nothing else.
 *
 * `routingFailures` counts how often in a row routing could not be carried out. Before `retryAt` no tick tries again, after
 * a failure or while the user's place is taken (`deferred`); that one is found sooner when the place is free. What is put
 * off has an index of its own, so that it costs a scan nothing.
 *
 * `queueType` is the queue that the promise was made for; without one, it goes where its user was last put.
 * A promise by the clock on a wall has its `localTime` (text: no server converts it), and `scheduledFor` follows from it and
 * `timeZone`. A promise of a moment has none; a zone that it has is for display.
 *
 * `createdByAgentId` is the agent who made the promise, whoever is to keep it: how many an agent makes is limited.
 *
 * One with the owner `only` goes to its preferred agent or to nobody, and so does any other one while its policy waits for that
 * agent. While the agent is not there it waits without a place (`owner-missing`), so that it keeps no other promise of its user
 * from being called. `ownerAwaitedUntil` is set meanwhile: until then that is as it should be. It stays while somebody else is
 * told ahead of time. `ownerAwaitedSince` is when the wait began, of one whose hours ended since: it goes on by the clock, though
 * the call is due anew at the next opening.
 *
 * `holdsOrdinary` says that its user's ordinary place does not come before it.
 *
 * While its customer may not be called it waits for the next opening (`closed`): it is due then, and what the customer was told
 * stays.
 *
 * `unplacedBecause` says why routing last found no place, and `countedInRun` which tick counted it last: a callback counts
 * once for a state and once in a run, however often it is routed.
 */
export const callbacks = pgTable(
  'callbacks',
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: bigintString().notNull(),
    scheduledFor: moment().notNull(),
    promisedFor: moment(),
    timeZone: text(),
    localTime: text(),
    callbackReason: text(),
    queueType: queueType(),
    preferredAgentId: integer().references(() => agents.id),
    owner: callbackOwner().notNull().default('any'),
    holdsOrdinary: boolean().notNull().default(false),
    createdByAgentId: integer(),
    originalCallSessionId: uuid().references((): AnyPgColumn => callSessions.id, { onDelete: 'set null' }),
    policy: jsonb().$type<PolicyOverrides>(),
    externalId: text(),
    metadata: jsonb().$type<Metadata>().notNull().default({}),
    status: callbackStatus().notNull().default('pending'),
    statusBeforeClaim: callbackStatus(),
    isQueued: boolean().notNull().default(false),
    routingFailures: integer().notNull().default(0),
    retryAt: moment(),
    unplacedBecause: text(),
    ownerAwaitedSince: moment(),
    ownerAwaitedUntil: moment(),
    countedInRun: uuid(),
    attempts: integer().notNull().default(0),
    firstCalledAt: moment(),
    firstCalledBy: integer(),
    result: callbackResult(),
    reachedBySessionId: uuid().references((): AnyPgColumn => callSessions.id),
    completedCallSessionId: uuid().references((): AnyPgColumn => callSessions.id),
    completedAt: moment(),
    cancelledAt: moment(),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (table) => [
    check(
      'callbacks_claim_remembers_status',
      sql`(status = 'in_progress') = (status_before_claim is not null) and status_before_claim in ('pending', 'accepted')`,
    ),
    check(
      'callbacks_local_time_has_zone',
      sql`local_time is null or (time_zone is not null and local_time ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$')`,
    ),
    check('callbacks_accepted_has_agent', sql`status <> 'accepted' or preferred_agent_id is not null`),
    check(
      'callbacks_completed_by_a_call',
      sql`(status = 'completed') = (completed_at is not null) and (status = 'completed') = (completed_call_session_id is not null)`,
    ),
    check('callbacks_cancelled_at', sql`(status = 'cancelled') = (cancelled_at is not null)`),
    check(
      'callbacks_queue_follows_status',
      sql`case when status = 'in_progress' then is_queued when status in ('completed', 'cancelled') then not is_queued else true end`,
    ),
    check('callbacks_promised_for_another_time', sql`promised_for <> scheduled_for`),
    check('callbacks_attempts', sql`attempts >= 0 and (attempts > 0 or first_called_at is null)`),
    check('callbacks_first_called_by', sql`first_called_by is null or first_called_at is not null`),
    check('callbacks_result_of_what_ended', sql`result is null or status in ('completed', 'cancelled')`),
    check('callbacks_reached_in_a_claim', sql`reached_by_session_id is null or status in ('in_progress', 'completed')`),
    check('callbacks_only_owner_is_somebody', sql`owner <> 'only' or preferred_agent_id is not null`),
    check(
      'callbacks_owner_awaited_is_somebody',
      sql`owner_awaited_until is null or (preferred_agent_id is not null and status in ('pending', 'accepted'))`,
    ),
    check(
      'callbacks_unplaced_because',
      sql`unplaced_because in ('deferred', 'unknown-user', 'owner-missing', 'closed')`,
    ),
    check(
      'callbacks_put_off_for_a_reason',
      sql`case when retry_at is null then routing_failures = 0 else routing_failures > 0 or coalesce(unplaced_because in ('deferred', 'owner-missing'), false) end`,
    ),
    index('callbacks_unqueued')
      .on(table.scheduledFor, table.id)
      .where(sql.raw(`${predicates.isUnclaimed} and not is_queued and retry_at is null`)),
    index('callbacks_put_off')
      .on(table.retryAt, table.id)
      .where(sql.raw(`${predicates.isUnclaimed} and retry_at is not null`)),
    index('callbacks_queued')
      .on(table.scheduledFor, table.status)
      .where(sql.raw(`${predicates.isUnclaimed} and is_queued`)),
    index('callbacks_waiting_for_owner')
      .on(table.preferredAgentId, table.scheduledFor, table.id)
      .where(sql.raw(`${predicates.isUnclaimed} and owner_awaited_until is not null`)),
    // Those by the clock on a wall, whose moment newer time zone data may move.
    index('callbacks_by_wall_clock')
      .on(table.scheduledFor, table.id)
      .where(sql.raw(`local_time is not null and ${predicates.isUnclaimed}`)),
    index('callbacks_waiting_for_opening')
      .on(table.id)
      .where(sql.raw(`${predicates.isUnclaimed} and unplaced_because = 'closed'`)),
    // By status before time: a list of few among many reads those, and one of any status merges five.
    index('callbacks_by_status').on(table.status, table.scheduledFor, table.id),
    // The few that were put off, by what the customer was told.
    index('callbacks_by_promise')
      .on(table.promisedFor, table.id)
      .where(sql`promised_for is not null`),
    index('callbacks_by_preferred_agent').on(table.preferredAgentId, table.status, table.scheduledFor),
    index('callbacks_by_user').on(table.userId, table.status, table.scheduledFor),
    index('callbacks_by_creator')
      .on(table.createdByAgentId, table.createdAt)
      .where(sql`created_by_agent_id is not null`),
    // Of those that were made for a queue by name: whether it is still needed, and lists.
    index('callbacks_by_queue')
      .on(table.queueType, table.status, table.scheduledFor, table.id)
      .where(sql`queue_type is not null`),
    // What changed since a time. A tick changes what is indexed in any case, so that this costs each row one entry more.
    index('callbacks_by_update').on(table.status, table.updatedAt, table.id),
    index('callbacks_by_original_call')
      .on(table.originalCallSessionId)
      .where(sql`original_call_session_id is not null`),
    uniqueIndex('callbacks_by_external_id')
      .on(table.externalId)
      .where(sql`external_id is not null`),
    // What is removed is looked for in every column that refers to it.
    index('callbacks_by_completing_call')
      .on(table.completedCallSessionId)
      .where(sql`completed_call_session_id is not null`),
    index('callbacks_by_reaching_call')
      .on(table.reachedBySessionId)
      .where(sql`reached_by_session_id is not null`),
  ],
)

/**
 * What callbacks are about, to be searched: `callbackReason` once more, which triggers see to. Every change of a callback would be
 * written to an index on its words, and ticks make many; this one is written when the words are.
 */
export const callbackReasons = pgTable(
  'callback_reasons',
  {
    callbackId: uuid()
      .primaryKey()
      .references(() => callbacks.id, { onDelete: 'cascade' }),
    reason: text().notNull(),
  },
  (table) => [
    index('callback_reasons_by_text').using('gin', table.reason.op('gin_trgm_ops')),
    // Of a text as it stands there is no need to look up each of its letters. It may be longer than an index takes.
    index('callback_reasons_same').on(sql`md5(reason)`),
  ],
)

export const notificationKind = pgEnum('callback_notification_kind', notificationKinds)

/**
 * The history of each promise, one row per event, oldest first by id. `agentId` is the agent whom the event concerns, `actor`
 * who did it; of what happened before actors were written down it is null.
 */
export const callbackNotifications = pgTable(
  'callback_notifications',
  {
    id: bigintIdentity(),
    callbackId: uuid()
      .notNull()
      .references(() => callbacks.id, { onDelete: 'cascade' }),
    kind: notificationKind().notNull(),
    agentId: integer(),
    actor: jsonb().$type<Actor>(),
    at: moment().notNull(),
    details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index('callback_notifications_by_callback').on(table.callbackId, table.id)],
)
