import type { Sql, Statement } from '../client.ts'
import type { AgentSession, AgentStatus } from '../rows.ts'

export async function getOpen(sql: Sql, agentId: number): Promise<AgentSession | undefined> {
  const [row] = await sql<AgentSession[]>`
    select * from agent_sessions where agent_id = ${agentId} and logout_at is null`
  return row
}

/** Opens a session, or moves the open one to `status`; staying in a status keeps its `statusSince`. */
export async function put(sql: Sql, agentId: number, status: AgentStatus, now: Date): Promise<AgentSession> {
  const [row] = await sql<AgentSession[]>`
    insert into agent_sessions as open (agent_id, status, status_since, login_at, last_seen_at)
    values (${agentId}, ${status}, ${now}, ${now}, ${now})
    on conflict (agent_id) where logout_at is null do update set
      status = excluded.status,
      status_since = case when open.status = excluded.status then open.status_since else excluded.status_since end,
      last_seen_at = greatest(open.last_seen_at, excluded.last_seen_at)
    returning *`
  return row!
}

/** Moves the open session, if there is one, to `status`. */
export function setStatus(sql: Sql, agentId: number, status: AgentStatus, now: Date): Statement {
  return sql`
    update agent_sessions set status = ${status}, status_since = ${now}
    where agent_id = ${agentId} and logout_at is null and status <> ${status}`
}

/** Notes a heartbeat; false when the agent has no open session. */
export async function touch(sql: Sql, agentId: number, now: Date): Promise<boolean> {
  const result = await sql`
    update agent_sessions set last_seen_at = greatest(last_seen_at, ${now})
    where agent_id = ${agentId} and logout_at is null`
  return result.count > 0
}

export async function close(sql: Sql, agentId: number, now: Date): Promise<boolean> {
  const result = await sql`
    update agent_sessions set logout_at = greatest(login_at, ${now})
    where agent_id = ${agentId} and logout_at is null`
  return result.count > 0
}

/** Agents whose open session has had no heartbeat since `lostBefore`. */
export async function listLost(sql: Sql, lostBefore: Date): Promise<number[]> {
  const rows = await sql<{ agentId: number }[]>`
    select agent_id from agent_sessions where logout_at is null and last_seen_at < ${lostBefore} order by agent_id`
  return rows.map((row) => row.agentId)
}

/** Closes the session of an agent that is still lost; false when it has been heard of since. */
export async function closeLost(sql: Sql, agentId: number, lostBefore: Date, now: Date): Promise<boolean> {
  const result = await sql`
    update agent_sessions set logout_at = greatest(login_at, ${now})
    where agent_id = ${agentId} and logout_at is null and last_seen_at < ${lostBefore}`
  return result.count > 0
}

/** Agents who hold a claim and have no open session: their session was closed while they claimed. */
export async function listClaimantsLoggedOut(sql: Sql): Promise<number[]> {
  const rows = await sql<{ agentId: number }[]>`
    select claimed_by_agent_id as agent_id from call_queue q
    where status = 'in_progress' and not exists (
      select from agent_sessions s where s.agent_id = q.claimed_by_agent_id and s.logout_at is null)`
  return rows.map((row) => row.agentId)
}

/** An agent whose call has ended without an outcome goes from busy into wrap-up. */
export async function wrapUp(sql: Sql, agentId: number, now: Date): Promise<void> {
  await sql`
    update agent_sessions set status = 'wrap_up', status_since = ${now}
    where agent_id = ${agentId} and logout_at is null and status = 'busy'`
}
