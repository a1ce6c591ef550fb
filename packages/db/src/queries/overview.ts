import type { Sql } from '../client.ts'
import { inQueueOrder, isToBeHad, isUnclaimed } from '../conditions.ts'
import type { Agent, AgentSession } from '../rows.ts'
import type { AgentStatus, QueueType } from '../values.ts'
import { joined } from './joined-rows.ts'
import { listShown, type ShownPromise } from './shown-promises.ts'

/** What the wall of a centre shows at once. */

/** The call that an agent has claimed, in short. */
export interface HeldCall {
  agentId: number
  callSessionId: string
  queueEntryId: string
  queueType: QueueType
  callbackId: string | null
  userId: string
  /** Null when the record was deleted. */
  userName: string | null
  claimedAt: Date
}

export type AgentAtWork = Agent & { session: AgentSession; heldCall: HeldCall | null }

const atWork = joined<{ agent: Agent; session: AgentSession }>({
  agent: {
    id: true,
    firstName: true,
    lastName: true,
    email: true,
    isActive: true,
    queueTypes: true,
    createdAt: true,
    updatedAt: true,
  },
  session: {
    id: true,
    agentId: true,
    status: true,
    statusSince: true,
    loginAt: true,
    lastSeenAt: true,
    heardBy: true,
    logoutAt: true,
    callbackCredit: true,
  },
})

/** The first agents, by id, of those who are logged in, each with the call that it holds. */
export async function listAtWork(sql: Sql, limit: number): Promise<AgentAtWork[]> {
  const rows = await sql`
    select ${sql.unsafe(atWork.columns)} from agent_sessions session join agents agent on agent.id = session.agent_id
    where session.logout_at is null order by session.agent_id limit ${limit}`
  const agents = rows.map(atWork.takeApart)
  const heldBy = await mapHeldCalls(
    sql,
    agents.map(({ agent }) => agent.id),
  )
  return agents.map(({ agent, session }) => Object.assign(agent, { session, heldCall: heldBy.get(agent.id) ?? null }))
}

/** The calls that these agents have claimed, by agent. */
export async function mapHeldCalls(sql: Sql, agentIds: number[]): Promise<Map<number, HeldCall>> {
  const held = await sql<HeldCall[]>`
    select claimed_by_agent_id as agent_id, call_session_id, entry.id as queue_entry_id, queue_type, callback_id, user_id,
      users.name as user_name, claimed_at
    from call_queue entry left join users on users.id = entry.user_id
    where claimed_by_agent_id = any(${agentIds}::int[]) and entry.status = 'in_progress'`
  return new Map(held.map((call) => [call.agentId, call]))
}

/**
 * The first promises, by time, that were due before `before` and that nobody is calling; not those that wait for their agent as
 * they should. Each status is read by itself, as an index knows its order.
 */
export async function listOverdue(sql: Sql, before: Date, limit: number): Promise<ShownPromise[]> {
  const first = (status: 'pending' | 'accepted') => sql`
    (select id from callbacks where ${sql.unsafe(`status = '${status}'`)} and scheduled_for < ${before}
      and coalesce(owner_awaited_until, '-infinity') < ${before} order by scheduled_for, id limit ${limit})`
  return listShown(sql, sql`callback.id in (${first('pending')} union all ${first('accepted')})`, limit)
}

/** The first promises, by time, that are due from `from` to `to` and that nobody is calling. */
export async function listUpcoming(
  sql: Sql,
  { from, to }: { from: Date; to: Date },
  limit: number,
): Promise<ShownPromise[]> {
  const first = (status: 'pending' | 'accepted') => sql`
    (select id from callbacks where ${sql.unsafe(`status = '${status}'`)} and scheduled_for >= ${from} and scheduled_for < ${to}
      order by scheduled_for, id limit ${limit})`
  return listShown(sql, sql`callback.id in (${first('pending')} union all ${first('accepted')})`, limit)
}

/** Who comes first in a queue. */
export interface QueueHead {
  queueType: QueueType
  queueEntryId: string
  callbackId: string | null
  userId: string
  /** Null when the record was deleted. */
  userName: string | null
  queueReason: string | null
  /** Since when it may be called. */
  availableFrom: Date
  assignedToAgentId: number | null
}

/** The first entry of each queue that may be claimed now, by whomever; none of a queue without one. */
export async function listHeads(sql: Sql, now: Date): Promise<QueueHead[]> {
  const first = (status: 'pending' | 'assigned') => sql`
    (select * from call_queue entry
      where ${sql.unsafe(`entry.status = '${status}'`)} and entry.queue_type = queue.queue_type and ${isToBeHad(sql, now, 'entry')}
      order by ${inQueueOrder(sql, 'entry')} limit 1)`
  return sql<QueueHead[]>`
    select queue.queue_type, head.id as queue_entry_id, head.callback_id, head.user_id, users.name as user_name,
      head.queue_reason, head.available_from, head.assigned_to_agent_id
    from queues queue, lateral (
      select * from (${first('pending')} union all ${first('assigned')}) entry order by ${inQueueOrder(sql, 'entry')} limit 1
    ) head left join users on users.id = head.user_id
    order by queue.created_at, queue.queue_type`
}

/** How many promises that nobody is calling are due in each stretch from `from` to `to`, by its number from 0; none are left out. */
export async function countDue(
  sql: Sql,
  { from, to, stretchSeconds }: { from: Date; to: Date; stretchSeconds: number },
): Promise<{ stretch: number; due: number }[]> {
  return sql<{ stretch: number; due: number }[]>`
    select floor(extract(epoch from scheduled_for - ${from}::timestamptz) / ${stretchSeconds}::int)::int as stretch,
      count(*)::int as due
    from callbacks where ${isUnclaimed(sql)} and scheduled_for >= ${from} and scheduled_for < ${to}
    group by 1`
}

/** How many agents are logged in, by status. */
export async function countAgents(sql: Sql): Promise<{ status: AgentStatus; agents: number }[]> {
  return sql<{ status: AgentStatus; agents: number }[]>`
    select status, count(*)::int as agents from agent_sessions where logout_at is null group by status`
}
