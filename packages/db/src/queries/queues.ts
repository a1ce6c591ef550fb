import { advisoryLocks } from '../advisory-locks.ts'
import type { Sql } from '../client.ts'
import { availableAgents, isOpen, type Silence } from '../conditions.ts'
import type { Queue } from '../rows.ts'
import { priorityScores, type QueueType } from '../values.ts'

/** Writes a queue; `created` says whether it is new. */
export async function put(
  sql: Sql,
  { queueType, name }: Pick<Queue, 'queueType' | 'name'>,
  now: Date,
): Promise<Queue & { created: boolean }> {
  const [row] = await sql<(Queue & { created: boolean })[]>`
    insert into queues (queue_type, name, created_at, updated_at) values (${queueType}, ${name}, ${now}, ${now})
    on conflict (queue_type) do update set name = excluded.name, updated_at = excluded.updated_at
    returning *, (xmax = 0) as created`
  return row!
}

export async function get(sql: Sql, queueType: QueueType): Promise<Queue | undefined> {
  const [row] = await sql<Queue[]>`select * from queues where queue_type = ${queueType}`
  return row
}

/** Every queue that there is, in the order in which they were made. */
export async function listTypes(sql: Sql): Promise<QueueType[]> {
  const rows = await sql<Pick<Queue, 'queueType'>[]>`select queue_type from queues order by created_at, queue_type`
  return rows.map(({ queueType }) => queueType)
}

/** By which hours each queue was last planned. */
export async function listPlans(sql: Sql): Promise<Pick<Queue, 'queueType' | 'plannedBy'>[]> {
  return sql<Pick<Queue, 'queueType' | 'plannedBy'>[]>`select queue_type, planned_by from queues order by queue_type`
}

/** Notes by which hours a queue was planned. */
export async function setPlannedBy(sql: Sql, queueType: QueueType, plannedBy: string | null): Promise<void> {
  await sql`update queues set planned_by = ${plannedBy} where queue_type = ${queueType}`
}

/** Makes this transaction the only one that plans queues; false when another one is at work. */
export async function tryLockPlans(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_xact_lock(${advisoryLocks.plans}) as locked`
  return row!.locked
}

/** Which queues agents serve, of those who do not serve all. */
export async function listServed(sql: Sql): Promise<{ agentId: number; queueTypes: QueueType[] }[]> {
  return sql<{ agentId: number; queueTypes: QueueType[] }[]>`
    select id as agent_id, queue_types from agents where queue_types is not null`
}

export interface QueueFigures extends Queue {
  /** Entries that can be claimed now or later. */
  waiting: number
  /** … and of these the callbacks. */
  waitingCallbacks: number
  /** … and of these the accepted ones. */
  waitingAccepted: number
  /** Entries that somebody has claimed. */
  inProgress: number
  /** Open promises that were made for this queue by name, in a queue or not yet. */
  openCallbacks: number
  /** Agents who are available and serve it. */
  availableAgents: number
}

/** Every queue with what is in it now, and who is there for it. */
export async function listFigures(sql: Sql, silence: Silence | null): Promise<QueueFigures[]> {
  return sql<QueueFigures[]>`
    with waiting as (
      select queue_type, count(*)::int as entries, (count(*) filter (where priority_score < 0))::int as callbacks,
        (count(*) filter (where priority_score = ${priorityScores.acceptedCallback}))::int as accepted
      from call_queue where status in ('pending', 'assigned') group by queue_type
    ), claimed as (
      select queue_type, count(*)::int as entries from call_queue where status = 'in_progress' group by queue_type
    ), available as materialized (
      select queue_types from agents where id in (${availableAgents(sql, silence)})
    )
    select queues.*, coalesce(waiting.entries, 0) as waiting, coalesce(waiting.callbacks, 0) as waiting_callbacks,
      coalesce(waiting.accepted, 0) as waiting_accepted,
      coalesce(claimed.entries, 0) as in_progress,
      (select count(*)::int from callbacks where queue_type = queues.queue_type and ${isOpen(sql)}) as open_callbacks,
      (select count(*)::int from available
        where queue_types is null or queues.queue_type = any(queue_types)) as available_agents
    from queues left join waiting using (queue_type) left join claimed using (queue_type)
    order by created_at, queue_type`
}

/** What still needs a queue: live entries, open promises, or the wish of users for an ordinary place in it. */
export async function usesOf(
  sql: Sql,
  queueType: QueueType,
): Promise<{ entries: boolean; callbacks: boolean; wishes: boolean }> {
  // Each status by its own index. The wishes are read whole: that is asked once in the life of a queue.
  const live = (status: string) =>
    sql.unsafe(`exists (select from call_queue where queue_type = queue.queue_type and status = '${status}')`)
  const [row] = await sql<{ entries: boolean; callbacks: boolean; wishes: boolean }[]>`
    select ${live('pending')} or ${live('assigned')} or ${live('in_progress')} as entries,
      exists (select from callbacks where queue_type = queue.queue_type and ${isOpen(sql)}) as callbacks,
      exists (select from user_call_scores s
        where s.current_queue_type = queue.queue_type and s.queued_at is not null) as wishes
    from (values (${queueType}::text)) as queue (queue_type)`
  return row!
}

/** Agents serve a queue no more that is about to go. */
export async function removeFromAgents(sql: Sql, queueType: QueueType, now: Date): Promise<void> {
  await sql`
    update agents set queue_types = array_remove(queue_types, ${queueType}), updated_at = ${now}
    where ${queueType} = any(queue_types)`
}

/** Deletes a queue; false when there was none. */
export async function remove(sql: Sql, queueType: QueueType): Promise<boolean> {
  const result = await sql`delete from queues where queue_type = ${queueType}`
  return result.count > 0
}
