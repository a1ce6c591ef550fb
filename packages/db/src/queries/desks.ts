import type { Sql } from '../client.ts'
import { inQueueOrder } from '../conditions.ts'
import type { QueueEntry } from '../rows.ts'
import { listShown, type ShownPromise } from './shown-promises.ts'

/** What the desk of an agent shows: its promises, and how its day goes. */

/** The callback `table` was put off to a time that has not come, and waits for it without a place. */
function isPutOff(sql: Sql, now: Date, table: string) {
  const column = (name: string) => sql.unsafe(`${table}.${name}`)
  return sql`(${column('promised_for')} is not null and ${column('scheduled_for')} > ${now} and not ${column('is_queued')})`
}

/**
 * The first promises, by time, that an agent is to see to: those that it has accepted, and pending ones until `to` that prefer
 * it or wait for it in a queue, without those that were put off.
 */
export async function listDue(
  sql: Sql,
  agentId: number,
  { now, to }: { now: Date; to: Date },
  limit: number,
): Promise<ShownPromise[]> {
  return listShown(
    sql,
    sql`
      callback.id in (
        (select id from callbacks c where preferred_agent_id = ${agentId} and status = 'accepted'
          order by scheduled_for, id limit ${limit})
        union all
        (select id from callbacks c where preferred_agent_id = ${agentId} and status = 'pending' and scheduled_for < ${to}
          and not ${isPutOff(sql, now, 'c')} order by scheduled_for, id limit ${limit})
        union all
        (select callback_id from call_queue where assigned_to_agent_id = ${agentId} and status = 'assigned'
          and priority_score < 0 order by ${inQueueOrder(sql)} limit ${limit})
      ) and (callback.status = 'accepted' or callback.scheduled_for < ${to})`,
    limit,
  )
}

/** The first pending promises, by time, that prefer an agent and were put off to a time until `to`. */
export async function listPutOff(
  sql: Sql,
  agentId: number,
  { now, to }: { now: Date; to: Date },
  limit: number,
): Promise<ShownPromise[]> {
  return listShown(
    sql,
    sql`callback.preferred_agent_id = ${agentId} and callback.status = 'pending' and callback.scheduled_for < ${to}
      and callback.scheduled_for > ${now} and ${isPutOff(sql, now, 'callback')}`,
    limit,
  )
}

/** What has come of an agent's calls. */
export interface DayFigures {
  /** Those that it has not given back before calling. */
  calls: number
  /** Promises that these calls have completed. */
  promisesKept: number
  /** How long those took that are over. */
  talkSeconds: number
}

/** Counts the calls of an agent that began from `since` to `now`. */
export async function countCalls(sql: Sql, agentId: number, since: Date, now: Date): Promise<DayFigures> {
  const [row] = await sql<DayFigures[]>`${figuresOf(sql, sql`${agentId}::int`, since, now)}`
  return row!
}

/** The same of every agent. */
export async function countCallsOfAll(sql: Sql, since: Date, now: Date): Promise<(DayFigures & { agentId: number })[]> {
  return sql<(DayFigures & { agentId: number })[]>`
    select agents.id as agent_id, figures.*
    from agents, lateral (${figuresOf(sql, sql`agents.id`, since, now)}) figures`
}

function figuresOf(sql: Sql, agentId: ReturnType<Sql>, since: Date, now: Date) {
  return sql`
    select count(*)::int as calls, coalesce(sum(duration_seconds), 0)::int as talk_seconds,
      (count(*) filter (where exists (
        select from callbacks where completed_call_session_id = call_sessions.id)))::int as promises_kept
    from call_sessions
    where agent_id = ${agentId} and started_at >= ${since} and started_at <= ${now} and released_at is null`
}

/** How many stand before an entry among all who wait in its queue; `atMost` when there are more. */
export async function countBefore(
  sql: Sql,
  { queueType, priorityScore, availableFrom, id }: QueueEntry,
  atMost: number,
): Promise<number> {
  const before = (status: 'pending' | 'assigned') => sql`
    (select from call_queue where ${sql.unsafe(`status = '${status}'`)} and queue_type = ${queueType}
      and (priority_score, available_from, id) < (${priorityScore}, ${availableFrom}, ${id}::bigint) limit ${atMost})`
  const [row] = await sql<{ count: number }[]>`
    select least(count(*), ${atMost})::int as count from (${before('pending')} union all ${before('assigned')}) before`
  return row!.count
}
