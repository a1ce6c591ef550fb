import type { Row } from 'postgres'
import type { Sql } from '../client.ts'
import type { Callback, QueueEntry, QueueType, User } from '../rows.ts'
import * as schema from '../schema/index.ts'
import { columnsOf, takeApart } from './joined-rows.ts'

/** A queue entry with what an agent must know to make the call. */
export interface Call {
  entry: QueueEntry
  callback: Callback | null
  /** The user to be called (`user` is a reserved word in SQL). */
  customer: User | null
}

const callOf = (row: Row) => takeApart(row) as unknown as Call

export interface Claimant {
  agentId: number
  queueTypes: readonly QueueType[]
  now: Date
}

const callColumns = [
  columnsOf('entry', schema.callQueue),
  columnsOf('callback', schema.callbacks),
  columnsOf('customer', schema.users),
].join(', ')

/** What an agent may take: unclaimed, available, in one of the queue types, assigned to the agent or to nobody. */
function claimable(sql: Sql, { agentId, queueTypes, now }: Claimant) {
  return sql`status in ('pending', 'assigned') and available_from <= ${now}
    and queue_type = any(${queueTypes as QueueType[]}::queue_type[])
    and (assigned_to_agent_id is null or assigned_to_agent_id = ${agentId})`
}

/**
 * Claims one given entry, if the agent may still take it. Undefined when it may not: the entry is stale.
 *
 * Two agents at once: the second waits for the first one's row, finds the condition false and gets nothing.
 */
export async function claim(
  sql: Sql,
  entryId: string,
  claimant: Claimant,
  callSessionId: string,
): Promise<Call | undefined> {
  const picked = sql`
    select id from call_queue where id = ${entryId} and ${claimable(sql, claimant)} for no key update`
  return claimPicked(sql, picked, claimant, callSessionId)
}

/** Claims the first of the candidates that no other transaction holds at this moment. */
export async function claimFirst(
  sql: Sql,
  candidateIds: string[],
  claimant: Claimant,
  callSessionId: string,
): Promise<Call | undefined> {
  const picked = sql`
    select id from call_queue where id = any(${candidateIds}::bigint[]) and ${claimable(sql, claimant)}
    order by priority_score, available_from, id limit 1 for no key update skip locked`
  return claimPicked(sql, picked, claimant, callSessionId)
}

/**
 * Entry and callback become `in_progress`, an outbound call session opens, the agent is busy and the history has a row:
 * one statement, so one round trip and all or nothing. A callback that may not be claimed violates its CHECK.
 */
async function claimPicked(
  sql: Sql,
  picked: ReturnType<typeof claimable>,
  { agentId, now }: Claimant,
  callSessionId: string,
): Promise<Call | undefined> {
  const [row] = await sql`
    with picked as materialized (${picked}),
    entry as (
      update call_queue set status = 'in_progress', claimed_by_agent_id = ${agentId}, claimed_at = ${now},
        call_session_id = ${callSessionId}, version = version + 1, updated_at = ${now}
      from picked where call_queue.id = picked.id
      returning call_queue.*
    ), callback as (
      update callbacks set status = 'in_progress', status_before_claim = callbacks.status, routing_failures = 0,
        retry_at = null, updated_at = ${now}
      from entry where callbacks.id = entry.callback_id
      returning callbacks.*
    ), call_session as (
      insert into call_sessions (id, user_id, agent_id, direction, started_at, callback_id, queue_entry_id, created_at)
      select ${callSessionId}, user_id, ${agentId}, 'outbound', ${now}, callback_id, id, ${now} from entry
    ), agent as (
      update agent_sessions set status = 'busy', last_seen_at = greatest(last_seen_at, ${now}),
        status_since = case when status = 'busy' then status_since else ${now} end
      where agent_id = ${agentId} and logout_at is null and exists (select from entry)
    ), history as (
      insert into callback_notifications (callback_id, kind, agent_id, at, details)
      select callback_id, 'claimed', ${agentId}, ${now},
        jsonb_build_object('queueEntryId', id::text, 'callSessionId', call_session_id)
      from entry where callback_id is not null
    )
    select ${sql.unsafe(callColumns)}
    from entry left join callback on callback.id = entry.callback_id left join users customer on customer.id = entry.user_id`
  return row && callOf(row)
}

/** The call that an agent holds, if any. */
export async function getHeld(sql: Sql, agentId: number): Promise<Call | undefined> {
  const [row] = await sql`
    select ${sql.unsafe(callColumns)}
    from call_queue entry left join callbacks callback on callback.id = entry.callback_id
      left join users customer on customer.id = entry.user_id
    where entry.claimed_by_agent_id = ${agentId} and entry.status = 'in_progress'`
  return row && callOf(row)
}

/** An entry that the agent could claim now, without claiming it. */
export async function getClaimable(sql: Sql, entryId: string, claimant: Claimant): Promise<Call | undefined> {
  const [row] = await sql`
    with entry as (select * from call_queue where id = ${entryId} and ${claimable(sql, claimant)})
    select ${sql.unsafe(callColumns)}
    from entry left join callbacks callback on callback.id = entry.callback_id
      left join users customer on customer.id = entry.user_id`
  return row && callOf(row)
}

/** The ids of the first entries that an agent could claim, in their order, from the heads of the agent's lanes. */
export async function listCandidates(
  sql: Sql,
  { agentId, queueTypes, now }: Claimant,
  limit: number,
): Promise<string[]> {
  const types = queueTypes as QueueType[]
  const rows = await sql<{ id: string }[]>`
    select candidate.id from (
      (select id, priority_score, available_from from call_queue
        where status = 'assigned' and assigned_to_agent_id = ${agentId}
          and queue_type = any(${types}::queue_type[]) and available_from <= ${now}
        order by priority_score, available_from, id limit ${limit})
      union all
      select pending.* from unnest(${types}::queue_type[]) as lane (queue_type), lateral (
        select id, priority_score, available_from from call_queue
        where status = 'pending' and queue_type = lane.queue_type and available_from <= ${now}
        order by priority_score, available_from, id limit ${limit}) pending
    ) candidate
    order by candidate.priority_score, candidate.available_from, candidate.id limit ${limit}`
  return rows.map((row) => row.id)
}

/** Gives a claimed entry back: it stands where it stood before the claim. Undefined when it is not claimed. */
export async function release(sql: Sql, entryId: string, now: Date): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    update call_queue set
      status = case when assigned_to_agent_id is null then 'pending' else 'assigned' end::queue_entry_status,
      claimed_by_agent_id = null, claimed_at = null, call_session_id = null, version = version + 1, updated_at = ${now}
    where id = ${entryId} and status = 'in_progress'
    returning *`
  return row
}

/** Ends a claimed entry whose call had an outcome. Undefined when this call session does not hold it. */
export async function complete(
  sql: Sql,
  entryId: string,
  callSessionId: string,
  now: Date,
): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    update call_queue set status = 'completed', ended_at = ${now}, version = version + 1, updated_at = ${now}
    where id = ${entryId} and status = 'in_progress' and call_session_id = ${callSessionId}
    returning *`
  return row
}
