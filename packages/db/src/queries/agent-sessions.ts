import type { Sql, Statement } from '../client.ts'
import { agentMay, isLost, type Silence } from '../conditions.ts'
import type { AgentSession } from '../rows.ts'
import type { AgentStatus } from '../values.ts'

export async function getOpen(sql: Sql, agentId: number): Promise<AgentSession | undefined> {
  const [row] = await sql<AgentSession[]>`
    select * from agent_sessions where agent_id = ${agentId} and logout_at is null`
  return row
}

/** The credit for callbacks of these agents, of those who are logged in. */
export async function listCallbackCredits(sql: Sql, agentIds: number[]): Promise<Map<number, number>> {
  const rows = await sql<{ agentId: number; callbackCredit: number }[]>`
    select agent_id, callback_credit from agent_sessions where agent_id = any(${agentIds}::int[]) and logout_at is null`
  return new Map(rows.map((row) => [row.agentId, row.callbackCredit]))
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

/** Makes an agent available whom a call has made busy, or put into wrap-up: nobody who chose to be away. */
export function free(sql: Sql, agentId: number, now: Date): Statement {
  return sql`
    update agent_sessions set status = 'available', status_since = ${now}
    where agent_id = ${agentId} and logout_at is null and ${agentMay(sql, 'free')}`
}

/** Notes a heartbeat, and which API heard it; false when the agent has no open session. */
export async function touch(sql: Sql, agentId: number, heardBy: string | null, now: Date): Promise<boolean> {
  const result = await sql`
    update agent_sessions set last_seen_at = greatest(last_seen_at, ${now}), heard_by = ${heardBy}
    where agent_id = ${agentId} and logout_at is null`
  return result.count > 0
}

/** Which API heard of them last is of no matter any more. */
export async function forgetHeardBy(sql: Sql, api: string): Promise<void> {
  await sql`update agent_sessions set heard_by = null where logout_at is null and heard_by = ${api}`
}

export async function close(sql: Sql, agentId: number, now: Date): Promise<boolean> {
  const result = await sql`
    update agent_sessions set logout_at = greatest(login_at, ${now})
    where agent_id = ${agentId} and logout_at is null`
  return result.count > 0
}

/** Agents whose open session has lost its heartbeat. */
export async function listLost(sql: Sql, silence: Silence): Promise<number[]> {
  const rows = await sql<{ agentId: number }[]>`
    select agent_id from agent_sessions where logout_at is null and ${isLost(sql, silence)} order by agent_id`
  return rows.map((row) => row.agentId)
}

/** Closes the session of an agent that is still lost; false when it has been heard of since. */
export async function closeLost(sql: Sql, agentId: number, silence: Silence, now: Date): Promise<boolean> {
  const result = await sql`
    update agent_sessions set logout_at = greatest(login_at, ${now})
    where agent_id = ${agentId} and logout_at is null and ${isLost(sql, silence)}`
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
    where agent_id = ${agentId} and logout_at is null and ${agentMay(sql, 'wrapUp')}`
}
