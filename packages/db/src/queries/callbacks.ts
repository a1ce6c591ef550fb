import type { Sql, Statement } from '../client.ts'
import { callbackMay, isDue, isOpen, isUnclaimed, type DueLimits } from '../conditions.ts'
import type { Callback, CallSession } from '../rows.ts'
import type { CallbackResult } from '../values.ts'

export type NewCallback = Pick<
  Callback,
  | 'id'
  | 'userId'
  | 'scheduledFor'
  | 'localTime'
  | 'timeZone'
  | 'callbackReason'
  | 'queueType'
  | 'preferredAgentId'
  | 'owner'
  | 'createdByAgentId'
  | 'originalCallSessionId'
  | 'policy'
  | 'externalId'
  | 'metadata'
>

/** Makes callbacks. Returns them in any order. */
export async function insertAll(sql: Sql, callbacks: NewCallback[], now: Date): Promise<Callback[]> {
  if (callbacks.length === 0) return []
  return sql<Callback[]>`
    insert into callbacks (id, user_id, scheduled_for, local_time, time_zone, callback_reason, queue_type,
      preferred_agent_id, owner, created_by_agent_id, original_call_session_id, policy, external_id, metadata,
      created_at, updated_at)
    select row.*, ${now}, ${now} from jsonb_to_recordset(${sql.json(callbacks as never)}) as row
      (id uuid, "userId" bigint, "scheduledFor" timestamptz, "localTime" text, "timeZone" text, "callbackReason" text,
       "queueType" text, "preferredAgentId" int, owner callback_owner, "createdByAgentId" int,
       "originalCallSessionId" uuid, policy jsonb, "externalId" text, metadata jsonb)
    returning *`
}

export async function get(sql: Sql, id: string): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`select * from callbacks where id = ${id}`
  return row
}

export async function listByIds(sql: Sql, ids: string[]): Promise<Callback[]> {
  return sql<Callback[]>`select * from callbacks where id = any(${ids}::uuid[])`
}

export async function listByExternalIds(sql: Sql, externalIds: string[]): Promise<Callback[]> {
  if (externalIds.length === 0) return []
  return sql<Callback[]>`select * from callbacks where external_id = any(${externalIds})`
}

/** How many open callbacks users have, without those that are kept just now: as many as `most`, which is not counted beyond. */
export async function countOpen(
  sql: Sql,
  userIds: string[],
  most: number,
  keptIds: string[],
): Promise<{ userId: string; open: number }[]> {
  return sql<{ userId: string; open: number }[]>`
    select customer.id as user_id, (
      select count(*)::int from (
        select from callbacks
        where user_id = customer.id and ${isOpen(sql)} and id <> all(${keptIds}::uuid[]) limit ${most}
      ) open
    ) as open
    from unnest(${userIds}::bigint[]) as customer (id)`
}

/** Times from `from` to `to`, both included, in which a user may have been promised something. */
export interface Span {
  userId: string
  from: Date
  to: Date
}

/** The callbacks of users that nobody is calling and that are scheduled in these spans, each once, by time. */
export async function listUnclaimedIn(sql: Sql, spans: Span[]): Promise<Callback[]> {
  if (spans.length === 0) return []
  return sql<Callback[]>`
    select distinct on (found.scheduled_for, found.id) found.*
    from jsonb_to_recordset(${sql.json(spans as never)}) as span ("userId" bigint, "from" timestamptz, "to" timestamptz),
      lateral (
        select * from callbacks
        where user_id = span."userId" and ${isUnclaimed(sql)} and scheduled_for between span."from" and span."to"
        offset 0 -- keeps the spans outside, also from a plan that takes them for many
      ) found
    order by found.scheduled_for, found.id`
}

/** The first open callbacks of a user, by time. */
export async function listOpenOfUser(sql: Sql, userId: string, limit: number): Promise<Callback[]> {
  return sql<Callback[]>`
    select * from callbacks where user_id = ${userId} and ${isOpen(sql)} order by scheduled_for, id limit ${limit}`
}

/** When an agent made its last callbacks, after `since`: at most `limit`, the last one first. */
export async function listCreatedAt(sql: Sql, agentId: number, since: Date, limit: number): Promise<Date[]> {
  const rows = await sql<{ createdAt: Date }[]>`
    select created_at from callbacks where created_by_agent_id = ${agentId} and created_at > ${since}
    order by created_at desc limit ${limit}`
  return rows.map(({ createdAt }) => createdAt)
}

export async function accept(sql: Sql, id: string, agentId: number, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'accepted', preferred_agent_id = ${agentId}, is_queued = true,
      ${withoutFailures(sql)}, updated_at = ${now}
    where id = ${id} and ${callbackMay(sql, 'accept')} returning *`
  return row
}

/** How many callbacks an agent has accepted and not called yet, the one included that it is calling. */
export async function countAccepted(sql: Sql, agentId: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from callbacks
    where preferred_agent_id = ${agentId} and status in ('accepted', 'in_progress')
      and coalesce(status_before_claim, status) = 'accepted'`
  return row!.count
}

export interface Postponed extends Pick<
  Callback,
  'scheduledFor' | 'localTime' | 'timeZone' | 'preferredAgentId' | 'holdsOrdinary'
> {
  /** What the customer was told; the same as `scheduledFor` when that was agreed. */
  promisedFor: Date
}

/**
 * Moves a callback that nobody has claimed to a new time; it is then pending and in no queue. Without a local time it is one
 * of a moment, and its zone stays. When the customer is told another time, the next attempt is the first one.
 */
export async function postpone(
  sql: Sql,
  id: string,
  { scheduledFor, promisedFor, localTime, timeZone, preferredAgentId, holdsOrdinary }: Postponed,
  now: Date,
): Promise<Callback | undefined> {
  const isToldAlready = sql`coalesce(promised_for, scheduled_for) = ${promisedFor}`
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'pending', scheduled_for = ${scheduledFor},
      promised_for = nullif(${promisedFor}::timestamptz, ${scheduledFor}::timestamptz),
      local_time = ${localTime}, time_zone = coalesce(${timeZone}, time_zone),
      first_called_at = case when ${isToldAlready} then first_called_at end,
      first_called_by = case when ${isToldAlready} then first_called_by end,
      ${prefers(sql, preferredAgentId)}, holds_ordinary = ${holdsOrdinary}, is_queued = false,
      ${withoutFailures(sql)}, updated_at = ${now}
    where id = ${id} and ${callbackMay(sql, 'postpone')} returning *`
  return row
}

/** Writes down what an open callback is about, and what another system keeps with it. */
export async function describe(
  sql: Sql,
  id: string,
  { callbackReason, metadata }: Pick<Callback, 'callbackReason' | 'metadata'>,
  now: Date,
): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set callback_reason = ${callbackReason}, metadata = ${sql.json(metadata)}, updated_at = ${now}
    where id = ${id} and ${isOpen(sql)} returning *`
  return row
}

/** Gives a callback that nobody has claimed to another agent, or to nobody; it is then pending. */
export async function reassign(
  sql: Sql,
  id: string,
  change: { preferredAgentId: number | null; isQueued: boolean },
  now: Date,
): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'pending', ${prefers(sql, change.preferredAgentId)}, is_queued = ${change.isQueued},
      ${withoutFailures(sql)}, updated_at = ${now}
    where id = ${id} and ${callbackMay(sql, 'reassign')} returning *`
  return row
}

/** One that prefers nobody is for any agent; whom it prefers is waited for from its time on. */
function prefers(sql: Sql, agentId: number | null) {
  return sql`
    preferred_agent_id = ${agentId}, owner = case when ${agentId}::int is null then 'any' else owner end,
    owner_awaited_since = null`
}

export async function cancel(sql: Sql, id: string, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'cancelled', cancelled_at = ${now}, result = 'cancelled', is_queued = false, ${withoutFailures(sql)},
      updated_at = ${now}
    where id = ${id} and ${callbackMay(sql, 'cancel')} returning *`
  return row
}

/** Completes a callback by the call that holds its claim. */
export async function complete(
  sql: Sql,
  id: string,
  { callSessionId, result }: { callSessionId: string; result: CallbackResult },
  now: Date,
): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'completed', status_before_claim = null, completed_at = ${now},
      completed_call_session_id = ${callSessionId}, result = ${result}, is_queued = false, ${withoutFailures(sql)}, updated_at = ${now}
    where id = ${id} and ${callbackMay(sql, 'complete')} returning *`
  return row
}

/** Ends callbacks, whatever is being done about them, by an inbound call in which their customer was reached. By id. */
export async function reach(sql: Sql, ids: string[], callSessionId: string, now: Date): Promise<Callback[]> {
  if (ids.length === 0) return []
  const rows = await sql<Callback[]>`
    update callbacks set ${endedBy(sql, sql`${callSessionId}::uuid`, now)}, reached_by_session_id = null
    where id = any(${ids}::uuid[]) and ${callbackMay(sql, 'reach')} returning *`
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Notes of claimed callbacks that their customer was reached in an inbound call meanwhile. Returns those that nobody had noted. */
export async function markReached(sql: Sql, ids: string[], callSessionId: string, now: Date): Promise<Callback[]> {
  if (ids.length === 0) return []
  return sql<Callback[]>`
    update callbacks set reached_by_session_id = ${callSessionId}, updated_at = ${now}
    where id = any(${ids}::uuid[]) and status = 'in_progress' and reached_by_session_id is null returning *`
}

/** Ends a claimed callback whose customer was reached meanwhile, by the call that did. Undefined of any other one. */
export async function endReached(sql: Sql, id: string, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set ${endedBy(sql, sql`reached_by_session_id`, now)}
    where id = ${id} and reached_by_session_id is not null and ${callbackMay(sql, 'reach')} returning *`
  return row
}

function endedBy(sql: Sql, callSessionId: ReturnType<typeof withoutFailures>, now: Date) {
  return sql`status = 'completed', status_before_claim = null, completed_at = ${now},
    completed_call_session_id = ${callSessionId}, result = 'reached_inbound', is_queued = false, ${withoutFailures(sql)},
    updated_at = ${now}`
}

/** The callbacks that an inbound call ended with its outcome, by id; not those of which it was noted that it did. */
export async function listReachedBy(sql: Sql, callSessionId: string): Promise<Callback[]> {
  return sql<Callback[]>`
    select * from callbacks
    where completed_call_session_id = ${callSessionId} and result = 'reached_inbound' and reached_by_session_id is null
    order by id`
}

/**
 * Counts an outbound call that got an outcome, whatever has become of its callback meanwhile: of two agents who called, the
 * one who called first may be the last to say what came of it.
 */
export async function countAttempt(
  sql: Sql,
  id: string,
  { startedAt, agentId }: Pick<CallSession, 'startedAt' | 'agentId'>,
  now: Date,
): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set attempts = attempts + 1, first_called_at = least(first_called_at, ${startedAt}),
      first_called_by = case when first_called_at <= ${startedAt} then first_called_by else ${agentId}::int end,
      updated_at = ${now}
    where id = ${id} returning *`
  return row
}

/** The promise goes on: a claimed callback is called again at another time. It is then pending and in no queue. */
export async function retry(sql: Sql, id: string, at: Date, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'pending', status_before_claim = null, scheduled_for = ${at},
      promised_for = nullif(coalesce(promised_for, scheduled_for), ${at}), local_time = null, is_queued = false,
      owner_awaited_since = null, ${withoutFailures(sql)}, updated_at = ${now}
    where id = ${id} and ${callbackMay(sql, 'retry')} returning *`
  return row
}

/** Cancels what is open of users who must not be called, and what nobody calls just now. Returns those callbacks by time. */
export async function cancelBlocked(sql: Sql, userIds: string[], now: Date): Promise<string[]> {
  const rows = await sql<{ id: string; scheduledFor: Date }[]>`
    with locked as materialized (
      select id from callbacks where user_id = any(${userIds}::bigint[]) and ${isUnclaimed(sql)}
      order by id for no key update
    )
    update callbacks set status = 'cancelled', cancelled_at = ${now}, result = 'blocked', is_queued = false,
      ${withoutFailures(sql)}, updated_at = ${now}
    where id = any(array(select id from locked)) and ${callbackMay(sql, 'cancel')} returning id, scheduled_for`
  const byTime = rows.toSorted((a, b) => a.scheduledFor.getTime() - b.scheduledFor.getTime() || (a.id < b.id ? -1 : 1))
  return byTime.map(({ id }) => id)
}

/** Gives a claimed callback back: it is again what it was before the claim. */
export async function release(sql: Sql, id: string, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = status_before_claim, status_before_claim = null, updated_at = ${now}
    where id = ${id} and ${callbackMay(sql, 'release')} returning *`
  return row
}

/** Writes whether these callbacks have a live queue entry, and forgets that their routing failed. */
export function setQueued(
  sql: Sql,
  ids: string[],
  isQueued: boolean,
  now: Date,
  countedInRun: string | null = null,
): Statement | undefined {
  if (ids.length === 0) return undefined
  return sql`
    update callbacks set is_queued = ${isQueued}, ${withoutFailures(sql)}, updated_at = ${now},
      counted_in_run = coalesce(${countedInRun}::uuid, counted_in_run)
    where id = any(${ids}::uuid[]) and ${isUnclaimed(sql)}`
}

export interface Unplaced {
  id: string
  /** Null when it is placed, or needs no place. */
  because: 'deferred' | 'unknown-user' | 'closed' | null
  /** When a tick tries again, of those that are deferred. */
  retryAt: Date | null
}

/**
 * Notes that routing has looked at these callbacks and made no entry for them, and which run has counted that. One that is
 * deferred has been looked at without a failure.
 */
export function noteLookedAt(sql: Sql, callbacks: Unplaced[], runId: string | null): Statement | undefined {
  if (callbacks.length === 0) return undefined
  return sql`
    update callbacks set unplaced_because = row.because, counted_in_run = coalesce(${runId}::uuid, counted_in_run),
      owner_awaited_until = case when is_queued then owner_awaited_until end,
      routing_failures = case when row."retryAt" is null then routing_failures else 0 end,
      retry_at = coalesce(row."retryAt", case when routing_failures > 0 then retry_at end)
    from jsonb_to_recordset(${sql.json(callbacks as never)}) as row (id uuid, because text, "retryAt" timestamptz)
    where callbacks.id = row.id`
}

/**
 * Has the next tick find the earliest of each user's callbacks that are deferred. It does not ask which of them are put off:
 * a plan that is made while few are would read all of them by then.
 */
export function wakeDeferred(sql: Sql, userIds: string[]): Statement {
  return sql`
    update callbacks set retry_at = null
    where id = any(array(
      select first.id from unnest(${userIds}::bigint[]) as customer (id), lateral (
        select id from callbacks
        where user_id = customer.id and ${isUnclaimed(sql)} and not is_queued and unplaced_because = 'deferred'
          and routing_failures = 0
        order by scheduled_for, id limit 1
      ) first))`
}

/** Counts a failure to route a callback, which no tick tries again before `retryAt`. */
export async function noteRoutingFailure(
  sql: Sql,
  id: string,
  retryAt: Date,
  runId: string | null,
  now: Date,
): Promise<void> {
  await sql`
    update callbacks set routing_failures = routing_failures + 1, retry_at = ${retryAt}, updated_at = ${now},
      counted_in_run = coalesce(${runId}::uuid, counted_in_run)
    where id = ${id} and ${isUnclaimed(sql)}`
}

function withoutFailures(sql: Sql) {
  return sql`routing_failures = 0, retry_at = null, unplaced_because = null, owner_awaited_until = null`
}

/** The first promise of each user that an agent has accepted and that has no place: another one of the user took it. */
export async function listDisplaced(sql: Sql, userIds: string[]): Promise<Callback[]> {
  return sql<Callback[]>`
    select first.* from unnest(${userIds}::bigint[]) as customer (id), lateral (
      select * from callbacks where user_id = customer.id and status = 'accepted' and not is_queued
      order by scheduled_for, id limit 1
    ) first`
}

export interface DueCursor {
  scheduledFor: Date
  id: string
}

/** A callback that is in no queue. */
export interface Unqueued {
  id: string
  userId: string
  preferredAgentId: number | null
  scheduledFor: Date
}

/** A page of due callbacks that have no live queue entry and are not put off, by time. */
export async function listUnqueued(
  sql: Sql,
  due: DueLimits,
  after: DueCursor | undefined,
  limit: number,
): Promise<Unqueued[]> {
  const beyond = after ? sql`and (scheduled_for, id) > (${after.scheduledFor}, ${after.id})` : sql``
  return sql<Unqueued[]>`
    select id, user_id, preferred_agent_id, scheduled_for from callbacks
    where ${isUnclaimed(sql)} and not is_queued and retry_at is null
      and ${isDue(sql, due)} ${beyond}
    order by scheduled_for, id limit ${limit}`
}

export interface RetryCursor {
  retryAt: Date
  id: string
}

/** A page of callbacks that were put off and are to be tried again, by that time. */
export async function listRetries(
  sql: Sql,
  now: Date,
  after: RetryCursor | undefined,
  limit: number,
): Promise<(RetryCursor & Unqueued)[]> {
  const beyond = after ? sql`and (retry_at, id) > (${after.retryAt}, ${after.id})` : sql``
  return sql<(RetryCursor & Unqueued)[]>`
    select id, user_id, preferred_agent_id, scheduled_for, retry_at from callbacks
    where ${isUnclaimed(sql)} and retry_at <= ${now} ${beyond}
    order by retry_at, id limit ${limit}`
}

/** A promise by the clock on a wall. */
export type WallClockPromise = Pick<Callback, 'id' | 'scheduledFor'> & { localTime: string; timeZone: string }

/** A page of the promises by the clock on a wall that nobody is calling, by time. */
export async function listByWallClock(
  sql: Sql,
  after: DueCursor | undefined,
  limit: number,
): Promise<WallClockPromise[]> {
  const beyond = after ? sql`and (scheduled_for, id) > (${after.scheduledFor}, ${after.id})` : sql``
  return sql<WallClockPromise[]>`
    select id, scheduled_for, local_time, time_zone from callbacks
    where local_time is not null and ${isUnclaimed(sql)} ${beyond}
    order by scheduled_for, id limit ${limit}`
}

/** How many due callbacks have a live, unclaimed queue entry. */
export async function countQueued(sql: Sql, due: DueLimits): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from callbacks
    where ${isUnclaimed(sql)} and is_queued and ${isDue(sql, due)}`
  return row!.count
}
