import type postgres from 'postgres'

export const agentCount = 200

/** Agents from 1 on, all logged in and available. */
export async function seedAgents(sql: postgres.Sql, count = agentCount): Promise<void> {
  await sql`
    insert into agents (id, first_name, last_name, created_at, updated_at)
    select n, 'Agent', n, now(), now() from generate_series(1, ${count}::int) n`
  await sql`
    insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
    select id, 'available', now(), now(), now() from agents`
}

/** Users with a callback each that is due and waits in a queue for its agent; users and agents take turns. */
export async function seedQueuedCallbacks(sql: postgres.Sql, count: number): Promise<void> {
  await seedUsers(sql, count)
  await queueCallbacks(sql, count)
}

export async function seedUsers(sql: postgres.Sql, count: number): Promise<void> {
  await sql`
    insert into users (id, name, phone, created_at, updated_at)
    select n, 'User ' || n, '+1 202 555 0100', now(), now() from generate_series(1, ${count}::int) n`
}

/** Gives the first users their callbacks, while nobody else has one. */
export async function queueCallbacks(sql: postgres.Sql, count: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      insert into callbacks (user_id, scheduled_for, callback_reason, preferred_agent_id, is_queued, created_at, updated_at)
      select id, now() - id * interval '1 millisecond', 'Contract questions', 1 + (id - 1) % ${agentCount}::int, true, now(), now()
      from users where id <= ${count}`
    await tx`
      insert into call_queue
        (user_id, queue_type, priority_score, queue_reason, status, assigned_to_agent_id, assigned_at, callback_id,
         available_from, created_at, updated_at)
      select user_id, case user_id % 2 when 0 then 'unsigned_users' else 'outstanding_requests' end, -1000,
        'Callback: Contract questions', 'assigned', preferred_agent_id, now(), id, scheduled_for, now(), now()
      from callbacks`
  })
}

/** The agents, and callbacks that wait for them. */
export function agentsAndCallbacks(count: number): (sql: postgres.Sql) => Promise<void> {
  return async (sql) => {
    await seedAgents(sql)
    await seedQueuedCallbacks(sql, count)
  }
}

/** Further users who wait in either queue for anybody. */
export async function seedOrdinaryUsers(sql: postgres.Sql, count: number): Promise<void> {
  await sql`
    with added as (
      insert into users (id, name, phone, created_at, updated_at)
      select n, 'User ' || n, '+1 202 555 0100', now(), now()
      from (select coalesce(max(id), 0) as last from users) known, generate_series(last + 1, last + ${count}::int) n
      returning id
    )
    insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
    select id, case id % 2 when 0 then 'unsigned_users' else 'outstanding_requests' end, id * 7919 % 1000,
      'pending', now() - id % 100000 * interval '1 second', now(), now()
    from added`
}
