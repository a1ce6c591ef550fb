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

/**
 * Replaces all callbacks by some that are due now, one a user. Nine of ten have a preferred agent, who is mostly
 * available.
 */
export async function makeDue({ sql }: Pick<BenchEngine, 'sql'>, count: number): Promise<void> {
  // A worker that is still at an old job holds these tables in another order.
  await retryCollisions(
    () => sql`truncate callbacks, callback_reasons, call_queue, callback_notifications, call_sessions, events`,
  )
  await sql`update agent_sessions set last_seen_at = now()`
  await sql`
    insert into callbacks (user_id, scheduled_for, callback_reason, preferred_agent_id, created_at, updated_at)
    select n, now() - n * interval '10 milliseconds', 'Asked about the contract',
      case when n % 10 > 0 then n % ${agents}::int + 1 end, now(), now()
    from generate_series(1, ${count}::int) n`
  await sql`analyze callbacks`
}
