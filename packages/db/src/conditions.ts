import type { Sql } from './client.ts'
import { agentMoves, callbackMoves, callSessionMoves, queueEntryMoves } from './transitions.ts'
import type { AgentMove, CallbackMove, CallSessionMove, QueueEntryMove } from './transitions.ts'
import {
  callbackStatuses,
  liveStatuses,
  longestInboundCallMs,
  openStatuses,
  unclaimedStatuses,
  waitingStatuses,
} from './values.ts'

/**
 * The conditions that several queries share, each written once. They are literals, since Postgres finds a partial index
 * only by a predicate that stands in the text of the statement.
 */

const among = (column: string, values: readonly string[]) =>
  `${column} in (${values.map((value) => `'${value}'`).join(', ')})`

/** Texts for the predicates of indexes and constraints. */
export const predicates = {
  isOpen: among('status', openStatuses),
  isUnclaimed: among('status', unclaimedStatuses),
  isLive: among('status', liveStatuses),
  isWaiting: among('status', waitingStatuses),
} as const

/**
 * Every callback, said by status: an index that begins with the status then finds those of a time, each status in its part.
 */
export const isOfAnyStatus = (sql: Sql, table = 'callbacks') => sql.unsafe(among(`${table}.status`, callbackStatuses))
/** The callback `table` has still to be called. */
export const isOpen = (sql: Sql, table = 'callbacks') => sql.unsafe(among(`${table}.status`, openStatuses))
/** The callback `table` has still to be called, and nobody is calling. */
export const isUnclaimed = (sql: Sql, table = 'callbacks') => sql.unsafe(among(`${table}.status`, unclaimedStatuses))
/** The entry `table` is a place in a queue. */
export const isLive = (sql: Sql, table = 'call_queue') => sql.unsafe(among(`${table}.status`, liveStatuses))
/** The entry `table` is a place in a queue that can be claimed. */
export const isWaiting = (sql: Sql, table = 'call_queue') => sql.unsafe(among(`${table}.status`, waitingStatuses))

export interface DueLimits {
  now: Date
  /** A pending callback is due when it is scheduled for this moment or earlier. */
  horizon: Date
}

/** The callback `table`, which nobody is calling, is due: pending and scheduled by the horizon, or accepted and past its time. */
export function isDue(sql: Sql, { now, horizon }: DueLimits, table = 'callbacks') {
  const scheduledFor = sql.unsafe(`${table}.scheduled_for`)
  return sql`${scheduledFor} <= ${horizon} and (${sql.unsafe(table)}.status = 'pending' or ${scheduledFor} < ${now})`
}

/**
 * The callback `table` waits for its preferred agent, who is not there: without a place, or with one that is somebody else's
 * from a later time on.
 */
export function waitsForOwner(sql: Sql, now: Date, table = 'callbacks') {
  const awaitedUntil = sql.unsafe(`${table}.owner_awaited_until`)
  return sql`${isUnclaimed(sql, table)} and ${awaitedUntil} is not null
    and (not ${sql.unsafe(table)}.is_queued or ${awaitedUntil} > ${now})`
}

/** The callback `table` has a time, and waits for its customer's next opening. */
export const waitsForOpening = (sql: Sql, table = 'callbacks') =>
  sql`${isUnclaimed(sql, table)} and ${sql.unsafe(table)}.unplaced_because = 'closed'`

/** The entry `table` can be had now: its time has come, nothing holds it back, and its hours are not over. */
export function isToBeHad(sql: Sql, now: Date, table = 'call_queue') {
  const [availableFrom, onHoldUntil] = [sql.unsafe(`${table}.available_from`), sql.unsafe(`${table}.on_hold_until`)]
  return sql`${availableFrom} <= ${now} and (${onHoldUntil} is null or ${onHoldUntil} <= ${now}) and ${isOpenYet(sql, now, table)}`
}

/** The hours that the entry `table` lies in are not over. */
export function isOpenYet(sql: Sql, now: Date, table = 'call_queue') {
  const availableUntil = sql.unsafe(`${table}.available_until`)
  return sql`(${availableUntil} is null or ${availableUntil} > ${now})`
}

/**
 * Until when an entry of the user in the column `userId` is on hold, null when it is not: while the user is in an inbound
 * call, one that never ends for so long at most, and an ordinary one until the user's promises that hold it are due. Read under
 * the user's lock.
 *
 * @param isOrdinary a condition
 */
export function holdOf(sql: Sql, now: Date, userId: string, isOrdinary: string) {
  return sql`(
    select until from (
      select greatest((
        select max(started_at) + ${sql.unsafe(`interval '${longestInboundCallMs} milliseconds'`)} from call_sessions inbound
        where inbound.user_id = ${sql.unsafe(userId)} and inbound.direction = 'inbound' and inbound.status = 'in_progress'
      ), (
        select max(scheduled_for) from callbacks holding
        where holding.user_id = ${sql.unsafe(userId)} and ${isUnclaimed(sql, 'holding')} and holding.holds_ordinary
          and ${sql.unsafe(isOrdinary)}
      )) as until
    ) hold where until > ${now})`
}

/** The call `table` is over and has no outcome, though its agent did not give it back. */
export const isProblematic = (sql: Sql, table = 'call_sessions') =>
  sql.unsafe(`${table}.status = 'completed' and ${table}.last_outcome_type is null and ${table}.released_at is null`)

/** The order of a queue. */
export const inQueueOrder = (sql: Sql, table = 'call_queue') =>
  sql.unsafe(`${table}.priority_score, ${table}.available_from, ${table}.id`)

/** The guards of the moves: a status that may not make one is left as it is. */
export const callbackMay = (sql: Sql, move: CallbackMove, table = 'callbacks') =>
  sql.unsafe(among(`${table}.status`, callbackMoves[move].from))
export const queueEntryMay = (sql: Sql, move: QueueEntryMove, table = 'call_queue') =>
  sql.unsafe(among(`${table}.status`, queueEntryMoves[move].from))
export const callSessionMay = (sql: Sql, move: CallSessionMove, table = 'call_sessions') =>
  sql.unsafe(among(`${table}.status`, callSessionMoves[move].from))
export const agentMay = (sql: Sql, move: AgentMove, table = 'agent_sessions') =>
  sql.unsafe(among(`${table}.status`, agentMoves[move].from))

/** Since when silence says that an agent is gone, and of whom it says nothing (see `core/presence`). */
export interface Silence {
  /** Who was last seen before this moment has lost its heartbeat … */
  since: Date
  /** … unless the API that last heard it is one of these, which could not hear. */
  deafApis: string[]
}

/** The agent of the session `table` has lost its heartbeat; never, while heartbeats are not watched (null). */
export function isLost(sql: Sql, silence: Silence | null, table = 'agent_sessions') {
  if (silence === null) return sql`false`
  const session = (column: string) => sql.unsafe(`${table}.${column}`)
  return sql`(${session('last_seen_at')} < ${silence.since}
    and not coalesce(${session('heard_by')} = any(${silence.deafApis}::text[]), false))`
}

/** The agent serves the queue of the entry `table`. */
export function serves(sql: Sql, agentId: ReturnType<Sql['unsafe']>, table = 'call_queue') {
  return sql`exists (
    select from agents server where server.id = ${agentId}
      and (server.queue_types is null or ${sql.unsafe(table)}.queue_type = any(server.queue_types)))`
}

/** The callback of the entry `table` prefers the agent, who may then have it whichever queue it is in. */
export function prefers(sql: Sql, agentId: ReturnType<Sql['unsafe']>, table = 'call_queue') {
  return sql`exists (
    select from callbacks promised where promised.id = ${sql.unsafe(table)}.callback_id
      and promised.preferred_agent_id = ${agentId})`
}

/** The agents who may be given callbacks now: active, logged in, available, and heard of. */
export function availableAgents(sql: Sql, silence: Silence | null) {
  return sql`
    select s.agent_id from agent_sessions s join agents a on a.id = s.agent_id
    where s.logout_at is null and s.status = 'available' and a.is_active and not ${isLost(sql, silence, 's')}`
}

/** The agents who are there, though they may be busy: active, logged in, not away, and heard of. */
export function presentAgents(sql: Sql, silence: Silence | null) {
  return sql`
    select s.agent_id from agent_sessions s join agents a on a.id = s.agent_id
    where s.logout_at is null and s.status <> 'away' and a.is_active and not ${isLost(sql, silence, 's')}`
}
