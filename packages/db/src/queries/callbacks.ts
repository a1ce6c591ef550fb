import type { Sql, Statement } from '../client.ts'
import type { Callback, CallbackStatus, QueueType } from '../rows.ts'

export type NewCallback = Pick<
  Callback,
  'id' | 'userId' | 'scheduledFor' | 'callbackReason' | 'preferredAgentId' | 'originalCallSessionId'
>

export async function insert(sql: Sql, callback: NewCallback, now: Date): Promise<Callback> {
  const [row] = await sql<Callback[]>`
    insert into callbacks ${sql({ ...callback, createdAt: now, updatedAt: now })} returning *`
  return row!
}

export async function get(sql: Sql, id: string): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`select * from callbacks where id = ${id}`
  return row
}

/**
 * Locks a callback for a change. The order of locks is the same everywhere, so that steps wait for each other and never
 * in a circle: queue entries, then callbacks, then call sessions, then agent sessions.
 */
export async function lock(sql: Sql, id: string): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`select * from callbacks where id = ${id} for no key update`
  return row
}

export async function accept(sql: Sql, id: string, agentId: number, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'accepted', preferred_agent_id = ${agentId}, is_queued = true,
      ${withoutFailures(sql)}, updated_at = ${now}
    where id = ${id} and status = 'pending' returning *`
  return row
}

/** Moves a callback that nobody has claimed to a new time; it is then pending and in no queue. */
export async function postpone(
  sql: Sql,
  id: string,
  change: { scheduledFor: Date; preferredAgentId: number | null },
  now: Date,
): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'pending', scheduled_for = ${change.scheduledFor},
      preferred_agent_id = ${change.preferredAgentId}, is_queued = false, ${withoutFailures(sql)}, updated_at = ${now}
    where id = ${id} and status in ('pending', 'accepted') returning *`
  return row
}

export async function cancel(sql: Sql, id: string, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'cancelled', cancelled_at = ${now}, is_queued = false, ${withoutFailures(sql)},
      updated_at = ${now}
    where id = ${id} and status in ('pending', 'accepted') returning *`
  return row
}

/**
 * Completes a callback by a call. The call need not hold the claim any more: when it was given back and nobody has
 * claimed the callback since, the customer has been reached all the same.
 */
export async function complete(sql: Sql, id: string, callSessionId: string, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = 'completed', status_before_claim = null, completed_at = ${now},
      completed_call_session_id = ${callSessionId}, is_queued = false, ${withoutFailures(sql)}, updated_at = ${now}
    where id = ${id} and status in ('pending', 'accepted', 'in_progress') returning *`
  return row
}

/** Gives a claimed callback back: it is again what it was before the claim. */
export async function release(sql: Sql, id: string, now: Date): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`
    update callbacks set status = status_before_claim, status_before_claim = null, updated_at = ${now}
    where id = ${id} and status = 'in_progress' returning *`
  return row
}

/** Writes whether these callbacks have a live queue entry, and forgets that their routing failed. */
export function setQueued(sql: Sql, ids: string[], isQueued: boolean, now: Date): Statement | undefined {
  if (ids.length === 0) return undefined
  return sql`
    update callbacks set is_queued = ${isQueued}, ${withoutFailures(sql)}, updated_at = ${now}
    where id = any(${ids}::uuid[]) and status in ('pending', 'accepted')`
}

/** Counts a failure to route a callback, which no tick tries again before `retryAt`. */
export async function noteRoutingFailure(sql: Sql, id: string, retryAt: Date, now: Date): Promise<void> {
  await sql`
    update callbacks set routing_failures = routing_failures + 1, retry_at = ${retryAt}, updated_at = ${now}
    where id = ${id} and status in ('pending', 'accepted')`
}

function withoutFailures(sql: Sql) {
  return sql`routing_failures = 0, retry_at = null`
}

export interface RoutingFacts {
  id: string
  userId: string
  status: CallbackStatus
  scheduledFor: Date
  callbackReason: string | null
  preferredAgentId: number | null
  routingFailures: number
  userExists: boolean
  queueType: QueueType
}

/** Locks callbacks and reads what routing must know of them, in the order in which they are to be given agents. */
export async function lockForRouting(sql: Sql, ids: string[]): Promise<RoutingFacts[]> {
  const facts = await sql<RoutingFacts[]>`
    with locked as materialized (
      select * from callbacks where id = any(${ids}::uuid[]) order by id for no key update
    )
    select c.id, c.user_id, c.status, c.scheduled_for, c.callback_reason, c.preferred_agent_id, c.routing_failures,
      (select true from users where id = c.user_id) is not null as user_exists,
      coalesce((select current_queue_type from user_call_scores s where s.user_id = c.user_id), 'outstanding_requests')
        as queue_type
    from locked c
    order by c.scheduled_for, c.id`
  return facts
}

export interface DueLimits {
  now: Date
  /** A pending callback is due when it is scheduled for this moment or earlier. */
  horizon: Date
}

export interface DueCursor {
  scheduledFor: Date
  id: string
}

/** A page of due callbacks that have no live queue entry and whose routing has not failed, by time. */
export async function listUnqueued(
  sql: Sql,
  { now, horizon }: DueLimits,
  after: DueCursor | undefined,
  limit: number,
): Promise<DueCursor[]> {
  const beyond = after ? sql`and (scheduled_for, id) > (${after.scheduledFor}, ${after.id})` : sql``
  return sql<DueCursor[]>`
    select id, scheduled_for from callbacks
    where status in ('pending', 'accepted') and not is_queued and retry_at is null and scheduled_for <= ${horizon}
      and (status = 'pending' or scheduled_for < ${now}) ${beyond}
    order by scheduled_for, id limit ${limit}`
}

export interface RetryCursor {
  retryAt: Date
  id: string
}

/** A page of callbacks without a live queue entry whose routing failed and is to be tried again, by that time. */
export async function listRetries(
  sql: Sql,
  now: Date,
  after: RetryCursor | undefined,
  limit: number,
): Promise<RetryCursor[]> {
  const beyond = after ? sql`and (retry_at, id) > (${after.retryAt}, ${after.id})` : sql``
  return sql<RetryCursor[]>`
    select id, retry_at from callbacks
    where status in ('pending', 'accepted') and not is_queued and retry_at <= ${now} ${beyond}
    order by retry_at, id limit ${limit}`
}

/** How many due callbacks have a live, unclaimed queue entry. */
export async function countQueued(sql: Sql, { now, horizon }: DueLimits): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from callbacks
    where status in ('pending', 'accepted') and is_queued and scheduled_for <= ${horizon}
      and (status = 'pending' or scheduled_for < ${now})`
  return row!.count
}

/** An agent's pending callbacks up to `until`: preferred, or assigned in a queue, by time. */
export async function listPendingOfAgent(sql: Sql, agentId: number, until: Date): Promise<Callback[]> {
  return sql<Callback[]>`
    select * from callbacks
    where preferred_agent_id = ${agentId} and status = 'pending' and scheduled_for <= ${until}
    union
    select c.* from call_queue q join callbacks c on c.id = q.callback_id
    where q.assigned_to_agent_id = ${agentId} and q.status = 'assigned' and q.callback_id is not null
      and c.status = 'pending' and c.scheduled_for <= ${until}
    order by scheduled_for, id`
}

export interface CallbackFilter {
  status?: CallbackStatus | undefined
  userId?: string | undefined
  /** Callbacks that prefer this agent, or are assigned to or claimed by it. */
  agentId?: number | undefined
  from?: Date | undefined
  to?: Date | undefined
}

/** A page of callbacks by time. */
export async function list(
  sql: Sql,
  filter: CallbackFilter,
  after: DueCursor | undefined,
  limit: number,
): Promise<Callback[]> {
  const { status, userId, agentId, from, to } = filter
  return sql<Callback[]>`
    select * from callbacks where true
      ${status ? sql`and status = ${status}` : sql``}
      ${userId ? sql`and user_id = ${userId}` : sql``}
      ${agentId === undefined ? sql`` : ownedBy(sql, agentId)}
      ${from ? sql`and scheduled_for >= ${from}` : sql``}
      ${to ? sql`and scheduled_for < ${to}` : sql``}
      ${after ? sql`and (scheduled_for, id) > (${after.scheduledFor}, ${after.id})` : sql``}
    order by scheduled_for, id limit ${limit}`
}

function ownedBy(sql: Sql, agentId: number) {
  return sql`and id in (
    select id from callbacks where preferred_agent_id = ${agentId}
    union all
    select callback_id from call_queue
    where assigned_to_agent_id = ${agentId} and status = 'assigned' and callback_id is not null
    union all
    select callback_id from call_queue
    where claimed_by_agent_id = ${agentId} and status = 'in_progress' and callback_id is not null)`
}
