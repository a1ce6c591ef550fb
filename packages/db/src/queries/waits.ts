import type { Sql, Statement } from '../client.ts'
import { callbackMay, isUnclaimed, presentAgents, waitsForOpening, waitsForOwner, type Silence } from '../conditions.ts'
import type { Callback } from '../rows.ts'
import type { QueueType } from '../values.ts'
import type { Unqueued } from './callbacks.ts'
import { queueTypeOfUser } from './user-call-scores.ts'

/** Callbacks that wait for their preferred agent, or for the hours of their customers. */

/** Puts callbacks off whose agent is not there, and is waited for: they are pending, and in no queue. */
export async function waitForOwner(
  sql: Sql,
  waiting: { id: string; retryAt: Date; awaitedUntil: Date }[],
  runId: string | null,
  now: Date,
): Promise<Callback[]> {
  if (waiting.length === 0) return []
  return sql<Callback[]>`
    update callbacks set status = 'pending', is_queued = false, routing_failures = 0, unplaced_because = 'owner-missing',
      retry_at = row."retryAt", owner_awaited_until = row."awaitedUntil", counted_in_run = coalesce(${runId}::uuid, counted_in_run),
      updated_at = case when unplaced_because = 'owner-missing' then updated_at else ${now} end
    from jsonb_to_recordset(${sql.json(waiting)}) as row (id uuid, "retryAt" timestamptz, "awaitedUntil" timestamptz)
    where callbacks.id = row.id and ${callbackMay(sql, 'wait')} returning callbacks.*`
}

export interface WaitForOpening {
  id: string
  /** When the customer may be called again. */
  opensAt: Date
}

/**
 * Puts callbacks off whose customers may not be called: they are pending, in no queue, and due at the next opening. What the
 * customer was told stays, as a moment.
 */
export async function waitForOpening(
  sql: Sql,
  waiting: WaitForOpening[],
  runId: string | null,
  now: Date,
): Promise<Callback[]> {
  if (waiting.length === 0) return []
  return sql<Callback[]>`
    update callbacks set status = 'pending', scheduled_for = row."opensAt",
      promised_for = nullif(coalesce(promised_for, scheduled_for), row."opensAt"), local_time = null, is_queued = false,
      routing_failures = 0, retry_at = null, unplaced_because = 'closed', owner_awaited_until = null,
      owner_awaited_since = coalesce(owner_awaited_since,
        case when scheduled_for <= ${now} and (is_queued or owner_awaited_until is not null) then scheduled_for end),
      counted_in_run = coalesce(${runId}::uuid, counted_in_run), updated_at = ${now}
    from jsonb_to_recordset(${sql.json(waiting as never)}) as row (id uuid, "opensAt" timestamptz)
    where callbacks.id = row.id and ${callbackMay(sql, 'wait')} returning callbacks.*`
}

/** A page of callbacks that wait for the opening of a queue, by id. */
export async function listForOpening(
  sql: Sql,
  { queueType, defaultQueueType }: { queueType: QueueType; defaultQueueType: QueueType },
  afterId: string | undefined,
  limit: number,
): Promise<string[]> {
  const beyond = afterId === undefined ? sql`` : sql`and c.id > ${afterId}`
  const rows = await sql<{ id: string }[]>`
    select c.id from callbacks c
    where ${waitsForOpening(sql, 'c')} ${beyond}
      and coalesce(c.queue_type, ${queueTypeOfUser(sql, sql`c.user_id`)}, ${defaultQueueType}) = ${queueType}
    order by c.id limit ${limit}`
  return rows.map(({ id }) => id)
}

/** Writes whether callbacks that have a place still wait for their preferred agent (until when), who may be back before. */
export function setOwnerAwaited(sql: Sql, rows: { id: string; until: Date | null }[]): Statement | undefined {
  if (rows.length === 0) return undefined
  return sql`
    update callbacks set owner_awaited_until = row.until
    from jsonb_to_recordset(${sql.json(rows)}) as row (id uuid, until timestamptz)
    where callbacks.id = row.id and ${isUnclaimed(sql)}`
}

/** A callback that waits for its preferred agent, maybe with a place that is somebody else's from a later time on. */
export interface Awaiting extends Unqueued {
  isQueued: boolean
}

/** The first callbacks, by time, that wait for their preferred agent, of those of whom the agent is there by now. */
export async function listOwnerBack(sql: Sql, silence: Silence | null, now: Date, limit: number): Promise<Awaiting[]> {
  return sql<Awaiting[]>`
    select waiting.* from (${presentAgents(sql, silence)}) present, lateral (
      select id, user_id, preferred_agent_id, scheduled_for, is_queued from callbacks
      where preferred_agent_id = present.agent_id and ${waitsForOwner(sql, now)}
      order by scheduled_for, id limit ${limit}
    ) waiting
    order by scheduled_for, id limit ${limit}`
}

/** The first callbacks, by time, that wait for this agent. */
export async function listForOwner(sql: Sql, agentId: number, now: Date, limit: number): Promise<Unqueued[]> {
  return sql<Unqueued[]>`
    select id, user_id, preferred_agent_id, scheduled_for from callbacks
    where preferred_agent_id = ${agentId} and ${waitsForOwner(sql, now)}
    order by scheduled_for, id limit ${limit}`
}
