import type { Sql } from '../client.ts'
import { isLost, prefers, type Silence } from '../conditions.ts'
import type { Agent, AgentSession } from '../rows.ts'
import type { AgentStatus, QueueType } from '../values.ts'

export interface AgentFields {
  id: number
  firstName: string
  lastName?: string | undefined
  email?: string | null | undefined
  isActive?: boolean | undefined
  /** In their order, each once; null when it serves all. */
  queueTypes?: QueueType[] | null | undefined
}

/**
 * Writes an agent; `created` says whether it is new. What is undefined stays as it is; a new agent then has one name, no
 * mail address, is active, and serves all queues.
 */
export async function put(
  sql: Sql,
  { id, firstName, lastName, email, isActive, queueTypes }: AgentFields,
  now: Date,
): Promise<Agent & { created: boolean }> {
  const [row] = await sql<(Agent & { created: boolean })[]>`
    insert into agents (id, first_name, last_name, email, is_active, queue_types, created_at, updated_at)
    values (${id}, ${firstName}, ${lastName ?? ''}, ${email ?? null}, ${isActive ?? true}, ${queueTypes ?? null}::text[],
      ${now}, ${now})
    on conflict (id) do update set first_name = excluded.first_name,
      last_name = case when ${lastName === undefined} then agents.last_name else excluded.last_name end,
      email = case when ${email === undefined} then agents.email else excluded.email end,
      is_active = case when ${isActive === undefined} then agents.is_active else excluded.is_active end,
      queue_types = case when ${queueTypes === undefined} then agents.queue_types else excluded.queue_types end,
      updated_at = excluded.updated_at
    returning *, (xmax = 0) as created`
  return row!
}

export async function get(sql: Sql, id: number): Promise<Agent | undefined> {
  const [row] = await sql<Agent[]>`select * from agents where id = ${id}`
  return row
}

/** Of these ids those that agents have. */
export async function listIds(sql: Sql, ids: number[]): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await sql<Pick<Agent, 'id'>[]>`select id from agents where id = any(${ids}::int[])`
  return rows.map(({ id }) => id)
}

/** What everybody is called, by id. */
export async function listNames(sql: Sql): Promise<Pick<Agent, 'id' | 'firstName' | 'lastName'>[]> {
  return sql`select id, first_name, last_name from agents order by id`
}

/** Every agent with its open session, or null, by id. */
export async function listWithSession(sql: Sql): Promise<(Agent & { session: AgentSession | null })[]> {
  const agents = await sql<Agent[]>`select * from agents order by id`
  const sessions = await sql<AgentSession[]>`select * from agent_sessions where logout_at is null`
  const byAgent = new Map(sessions.map((session) => [session.agentId, session]))
  return agents.map((agent) => Object.assign(agent, { session: byAgent.get(agent.id) ?? null }))
}

export interface AgentPresence {
  agentId: number
  status: AgentStatus
  statusSince: Date
  /** Whether a heartbeat came within the timeout. */
  isPresent: boolean
  /** The queues that it serves; null when all. */
  queueTypes: QueueType[] | null
}

/** Open sessions of active agents, as routing sees them. */
export async function listPresence(sql: Sql, silence: Silence | null): Promise<AgentPresence[]> {
  return sql<AgentPresence[]>`
    select s.agent_id, s.status, s.status_since, a.queue_types, not ${isLost(sql, silence, 's')} as is_present
    from agent_sessions s join agents a on a.id = s.agent_id
    where s.logout_at is null and a.is_active`
}

/** Of these agents those who are not logged in, or have a callback of a queue that they do not serve and are not preferred for. */
export async function listUnfit(sql: Sql, agentIds: number[]): Promise<number[]> {
  // No join: by a plan that is made while few are logged in, it would read all sessions for each agent.
  const [open, misled] = await Promise.all([
    sql<{ agentId: number }[]>`
      select agent_id from agent_sessions where agent_id = any(${agentIds}::int[]) and logout_at is null`,
    sql<{ id: number }[]>`
      select id from agents where id = any(${agentIds}::int[]) and queue_types is not null and exists (
        select from call_queue where assigned_to_agent_id = agents.id and status = 'assigned' and callback_id is not null
          and queue_type <> all(queue_types) and not ${prefers(sql, sql`agents.id`)})`,
  ])
  const loggedIn = new Set(open.map(({ agentId }) => agentId))
  return [...new Set([...agentIds.filter((id) => !loggedIn.has(id)), ...misled.map(({ id }) => id)])]
}
