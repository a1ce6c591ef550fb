import type { Sql } from '../client.ts'
import { inQueueOrder, isToBeHad } from '../conditions.ts'
import type { EntryPlace, QueueEntry } from '../rows.ts'

export type ChangedEntry = Pick<QueueEntry, 'id' | 'version'> & { changedIn: string }

/** A page of entries that transactions from `openSince` on have changed, in the order of these. */
export async function listChanged(
  sql: Sql,
  openSince: string,
  after: Pick<ChangedEntry, 'changedIn' | 'id'> | undefined,
  limit: number,
): Promise<ChangedEntry[]> {
  const last = after ?? { changedIn: openSince, id: '0' }
  return sql<ChangedEntry[]>`
    select id, version, changed_in from call_queue
    where changed_in >= ${openSince}::xid8 and (changed_in, id) > (${last.changedIn}::xid8, ${last.id}::bigint)
      and changed_in < pg_snapshot_xmax(pg_current_snapshot())
    order by changed_in, id limit ${limit}`
}

/**
 * An entry's place, and whether what it shows had been committed before `openSince` (see `laneMirror.present`). Rows that
 * were restored from another server may carry transactions that are still to come here.
 */
export type SettledEntry = EntryPlace & { isSettled: boolean }

export async function list(sql: Sql, ids: string[], openSince: string): Promise<SettledEntry[]> {
  return sql<SettledEntry[]>`
    select id, version, status, queue_type, assigned_to_agent_id, priority_score, available_from, on_hold_until,
      available_until,
      changed_in < ${openSince}::xid8 or changed_in >= pg_snapshot_xmax(pg_current_snapshot()) as is_settled
    from call_queue where id = any(${ids}::bigint[])`
}

/** The ids of the first entries of every lane that can be had now. */
export async function listHeads(sql: Sql, now: Date, limitPerLane: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select head.id from queues as lane, lateral (
      select id from call_queue
      where status = 'pending' and queue_type = lane.queue_type and ${isToBeHad(sql, now)}
      order by ${inQueueOrder(sql)} limit ${limitPerLane}) head
    union all
    select head.id from agents, lateral (
      select id from call_queue
      where status = 'assigned' and assigned_to_agent_id = agents.id and ${isToBeHad(sql, now)}
      order by ${inQueueOrder(sql)} limit ${limitPerLane}) head`
  return rows.map((row) => row.id)
}

/** How many entries wait, by an index alone. */
export async function countWaiting(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from call_queue where status in ('pending', 'assigned')`
  return row!.count
}

/** Agents who may ask for a call: all, or so many of them by chance. */
export async function listAgentsLoggedIn(sql: Sql, limit: number): Promise<number[]> {
  const rows = await sql<{ agentId: number }[]>`
    select agent_id from agent_sessions where logout_at is null order by random() limit ${limit}`
  return rows.map((row) => row.agentId)
}
