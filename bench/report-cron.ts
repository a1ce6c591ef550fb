import { addMilliseconds } from '@ringback/core'
import type { Sql } from '@ringback/db'

interface DueCallback {
  id: string
  userId: string
  preferredAgentId: number | null
  callbackReason: string | null
  scheduledFor: Date
}

/**
 * Lets the report's way of working be done on our tables: it keeps no history and no log, and knows neither what is queued nor
 * claims of callbacks, which triggers would refuse or write.
 */
export async function liftRules(sql: Sql): Promise<void> {
  for (const table of ['callbacks', 'call_queue', 'call_sessions', 'agent_sessions']) {
    await sql.unsafe(`alter table ${table} disable trigger user`)
  }
}

/**
 * The cron route that Ringback replaces, on the same tables (`liftRules`): a loop that asks for one thing after the other for each
 * callback and inserts an entry. A callback that it finds once more, as it does with each run, keeps the entry that it has.
 */
export async function runReportCron(sql: Sql, now: Date): Promise<number> {
  const due = await sql<DueCallback[]>`
    select * from callbacks
    where status = 'pending' and scheduled_for between ${inMinutes(now, 4)} and ${inMinutes(now, 6)}
      or status in ('pending', 'accepted') and scheduled_for < ${now}`
  for (const callback of due) await queueOne(sql, callback, now)
  return due.length
}

function inMinutes(now: Date, minutes: number): Date {
  return addMilliseconds(now, minutes * 60_000)
}

async function queueOne(sql: Sql, callback: DueCallback, now: Date): Promise<void> {
  const [user] = await sql`select * from users where id = ${callback.userId}`
  if (!user) return
  const preferred = callback.preferredAgentId === null ? undefined : await findPreferred(sql, callback.preferredAgentId)
  const agentId = preferred ?? (await findAvailableAgent(sql))
  const [score] = await sql`select current_queue_type from user_call_scores where user_id = ${callback.userId}`
  await sql`
    insert into call_queue (user_id, queue_type, priority_score, queue_reason, assigned_to_agent_id, assigned_at,
      callback_id, available_from, status, created_at, updated_at)
    values (${callback.userId}, ${score?.currentQueueType ?? 'outstanding_requests'}, -1000,
      ${`Callback: ${callback.callbackReason ?? 'Scheduled callback'}`}, ${agentId}, ${now}, ${callback.id},
      ${callback.scheduledFor}, 'assigned', ${now}, ${now})
    on conflict do nothing`
}

async function findPreferred(sql: Sql, agentId: number): Promise<number | undefined> {
  const [agent] = await sql`select * from agents where id = ${agentId}`
  const [session] = await sql`select * from agent_sessions where agent_id = ${agentId} and logout_at is null`
  return agent && session?.status === 'available' ? agentId : undefined
}

async function findAvailableAgent(sql: Sql): Promise<number> {
  const [agent] = await sql<{ id: number }[]>`
    select a.id from agents a where is_active and exists (
      select from agent_sessions s where s.agent_id = a.id and s.status = 'available' and s.logout_at is null)
    limit 1`
  return agent!.id
}
