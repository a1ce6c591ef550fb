import type { DueCallback } from '@ringback/core'
import { retryCollisions } from '@ringback/db'
import type { BenchEngine } from './engine.ts'

const agents = 200
const users = 20_000

/**
 * The people of a contact centre: agents who are available, but for every tenth, and users, of whom every fifth has been
 * scored.
 */
export async function addPeople({ sql }: Pick<BenchEngine, 'sql'>): Promise<void> {
  await sql`
    insert into agents (id, first_name, last_name, created_at, updated_at)
    select n, 'Agent', n, now(), now() from generate_series(1, ${agents}::int) n`
  await sql`
    insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
    select id, case when id % 10 = 0 then 'busy' else 'available' end::agent_status, now(), now(), now() from agents`
  await sql`
    insert into users (id, name, phone, created_at, updated_at)
    select n, 'User ' || n, '+1 202 555 0100', now(), now() from generate_series(1, ${users}::int) n`
  await sql`
    insert into user_call_scores (user_id, current_queue_type, priority_score, available_from, updated_at)
    select id, 'unsigned_users', id % 100, now(), now() from users where id % 5 = 0`
}

/** Replaces all callbacks by some that are due now. */
export async function makeDue(engine: Pick<BenchEngine, 'sql'>, count: number): Promise<void> {
  await forgetPromises(engine)
  await addDue(engine, count)
}

/** Empties the tables of promises. */
export async function forgetPromises({ sql }: Pick<BenchEngine, 'sql'>): Promise<void> {
  // A worker that is still at an old job holds these tables in another order.
  await retryCollisions(
    () => sql`truncate callbacks, callback_reasons, call_queue, callback_notifications, call_sessions, events`,
  )
  await sql`update agent_sessions set last_seen_at = now()`
}

/** Adds callbacks that are due now, one a user from `firstUser` on. Nine of ten prefer an agent, who is mostly available. */
export async function addDue({ sql }: Pick<BenchEngine, 'sql'>, count: number, firstUser = 1): Promise<void> {
  await sql`
    insert into callbacks (user_id, scheduled_for, callback_reason, preferred_agent_id, created_at, updated_at)
    select ${firstUser}::int - 1 + n, now() - n * interval '10 milliseconds', 'Asked about the contract',
      case when n % 10 > 0 then n % ${agents}::int + 1 end, now(), now()
    from generate_series(1, ${count}::int) n`
  await sql`analyze callbacks`
}

/** What a rival finds of them, the earliest first. */
export async function listDue({ sql }: Pick<BenchEngine, 'sql'>): Promise<DueCallback[]> {
  return sql<DueCallback[]>`
    select id as callback_id, user_id, preferred_agent_id as agent_id, scheduled_for as due_at from callbacks
    order by scheduled_for`
}

/**
 * Sides that are compared have written the same: of each callback the mark and a live entry, and of those that a tick or a rival
 * queued a line of history.
 */
export async function requireQueued(
  { sql }: Pick<BenchEngine, 'sql'>,
  count: number,
  queuedNow = count,
): Promise<void> {
  const [written] = await sql<{ entries: number; marks: number; history: number }[]>`
    select (select count(*)::int from call_queue where status in ('pending', 'assigned') and callback_id is not null) as entries,
      (select count(*)::int from callbacks where is_queued) as marks,
      (select count(*)::int from callback_notifications where kind = 'queued') as history`
  const { entries, marks, history } = written!
  if (entries === count && marks === count && history === queuedNow) return
  throw new Error(
    `${entries} entries, ${marks} marks and ${history} lines of history for ${queuedNow} of ${count} callbacks`,
  )
}
