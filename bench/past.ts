import type postgres from 'postgres'
import { agentCount } from './http/people.ts'
import { connectToSeed, fillTable } from './seed.ts'

/** Who has promises of the past has none of today. */
const firstCustomer = 2_000_000
const customers = 1_000_000

/**
 * Promises that ended in the year before yesterday, evenly, each kept by one call: with that call and the entry that was claimed for
 * it, and without words, history and log. The tables are filled at the same time.
 */
export async function addEndedPromises(databaseUrl: string, count: number): Promise<void> {
  if (count === 0) return
  await Promise.all(
    [fillCalls, fillCallbacks, fillEntries].map(async (fill) => {
      const sql = connectToSeed(databaseUrl)
      try {
        await fill(sql, ended(sql, count))
      } finally {
        await sql.end()
      }
    }),
  )
}

type Fragment = ReturnType<typeof ended>

/** One row for each: its number, its id, which is that of its call as well, whose it was, who called, and when. */
function ended(sql: postgres.Sql, count: number) {
  return sql`
    (select n, ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, ${firstCustomer}::int + n % ${customers}::int as user_id,
        n % ${agentCount}::int + 1 as agent_id,
        date_trunc('day', now()) - interval '366 days' + n * (interval '364 days' / ${count}::int) as due
      from generate_series(1, ${count}::int) n offset 0) ended`
}

async function fillCalls(sql: postgres.Sql, from: Fragment): Promise<void> {
  const indexes = ['by_start', 'by_user', 'by_agent', 'by_callback'].map((name) => `call_sessions_${name}`)
  await fillTable(
    sql,
    indexes,
    (tx) => tx`
      insert into call_sessions (id, user_id, agent_id, direction, status, started_at, completed_at, duration_seconds,
        last_outcome_type, callback_id, queue_entry_id, created_at)
      select id, user_id, agent_id, 'outbound', 'completed', due, due + interval '3 minutes', 180, 'resolved', id, n, due
      from ${from}`,
  )
}

async function fillCallbacks(sql: postgres.Sql, from: Fragment): Promise<void> {
  const indexes = ['by_status', 'by_preferred_agent', 'by_user', 'by_update', 'by_completing_call']
  await fillTable(
    sql,
    indexes.map((name) => `callbacks_${name}`),
    (tx) => tx`
      insert into callbacks (id, user_id, scheduled_for, preferred_agent_id, status, attempts, first_called_at,
        first_called_by, result, completed_call_session_id, completed_at, created_at, updated_at)
      select id, user_id, due, agent_id, 'completed', 1, due, agent_id, 'reached', id, due + interval '3 minutes',
        due - interval '1 hour', due + interval '3 minutes'
      from ${from}`,
  )
}

async function fillEntries(sql: postgres.Sql, from: Fragment): Promise<void> {
  const indexes = ['by_change', 'ended_by_user', 'by_callback', 'by_call'].map((name) => `call_queue_${name}`)
  await fillTable(
    sql,
    indexes,
    (tx) => tx`
      insert into call_queue (user_id, queue_type, priority_score, status, assigned_to_agent_id, assigned_at, callback_id,
        available_from, claimed_by_agent_id, claimed_at, call_session_id, ended_at, version, created_at, updated_at)
      select user_id, 'outstanding_requests', -1000, 'completed', agent_id, due, id, due, agent_id, due, id,
        due + interval '3 minutes', 3, due - interval '5 minutes', due + interval '3 minutes'
      from ${from}`,
  )
}
