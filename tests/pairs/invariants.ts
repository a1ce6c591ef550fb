import type { Place } from './world/place.ts'

/** What must hold in the database at any moment, each as a query for what breaks it. */
const rules: Record<string, string> = {
  'a live entry has an open callback': `
    select q.id::text from live q join callbacks c on c.id = q.callback_id where c.status in ('completed', 'cancelled')`,
  'a live entry has a user': `
    select q.id::text from live q where not exists (select from users u where u.id = q.user_id)`,
  'a live entry has its queue': `
    select q.id::text from live q where not exists (select from queues w where w.queue_type = q.queue_type)`,
  'an open callback has the queue that it was made for': `
    select c.id::text from callbacks c where c.status in ('pending', 'accepted', 'in_progress')
      and c.queue_type is not null and not exists (select from queues w where w.queue_type = c.queue_type)`,
  'a user who wants an ordinary place wants it in a queue': `
    select user_id::text from user_call_scores s where queued_at is not null
      and not exists (select from queues w where w.queue_type = s.current_queue_type)`,
  'an agent serves queues that there are': `
    select a.id::text from agents a where exists (
      select from unnest(a.queue_types) served where served not in (select queue_type from queues))`,
  'a callback knows whether it is in a queue': `
    select c.id::text from callbacks c where is_queued <> exists (select from live q where q.callback_id = c.id)`,
  'what waits for an opening has no place': `
    select id::text from callbacks where unplaced_because = 'closed' and (is_queued or status <> 'pending')`,
  'a callback and its entry are claimed together': `
    select c.id::text from callbacks c where (c.status = 'in_progress') <> exists (
      select from live q where q.callback_id = c.id and q.status = 'in_progress')`,
  'an agent who holds a claim is not available': `
    select q.id::text from live q join agent_sessions s on s.agent_id = q.claimed_by_agent_id
    where q.status = 'in_progress' and s.logout_at is null and s.status = 'available'`,
  'who holds a claim is logged in': `
    select q.id::text from live q where q.status = 'in_progress' and not exists (
      select from agent_sessions s where s.agent_id = q.claimed_by_agent_id and s.logout_at is null)`,
  'an agent who is not active is logged out': `
    select a.id::text from agents a join agent_sessions s on s.agent_id = a.id
    where not a.is_active and s.logout_at is null`,
  'a callback has one live entry': `
    select callback_id::text from live where callback_id is not null group by callback_id having count(*) > 1`,
  'a customer has one live entry': `select user_id::text from live group by user_id having count(*) > 1`,
  'an agent has one claim': `
    select claimed_by_agent_id::text from live where status = 'in_progress'
    group by claimed_by_agent_id having count(*) > 1`,
  'a claim has its call': `
    select q.id::text from live q where q.status = 'in_progress' and not exists (
      select from call_sessions s where s.id = q.call_session_id and s.queue_entry_id = q.id)`,
  'each move has one row of history': `
    select c.id::text from callbacks c left join callback_notifications n on n.callback_id = c.id
    group by c.id having
      count(*) filter (where kind = 'scheduled') <> 1
      or count(*) filter (where kind = 'completed') <> (c.status = 'completed')::int
      or count(*) filter (where kind = 'cancelled') <> (c.status = 'cancelled')::int
      or count(*) filter (where kind = 'claimed') <> (select count(*) from call_sessions s where s.callback_id = c.id)
      or count(*) filter (where kind in ('queued', 'accepted')) <> (
        select count(*) from call_queue q where q.callback_id = c.id)`,
  'an attempt is a call that got an outcome, and the first one began first': `
    select c.id::text from callbacks c left join call_sessions s on s.callback_id = c.id and s.last_outcome_type is not null
    group by c.id having c.attempts <> count(s.id) or c.first_called_at <> min(s.started_at)`,
  'what has ended has a result': `
    select id::text from callbacks where (result is not null) <> (status in ('completed', 'cancelled'))`,
  'who must not be called is promised nothing and waits nowhere': `
    with blocked as (
      select u.id from users u join do_not_call d on d.subject in ('user:' || u.id, u.phone_e164) where d.until is null)
    select c.id::text from callbacks c join blocked b on b.id = c.user_id where c.status in ('pending', 'accepted')
    union all select q.id::text from live q join blocked b on b.id = q.user_id where q.status <> 'in_progress'
    union all select s.user_id::text from user_call_scores s join blocked b on b.id = s.user_id where s.queued_at is not null`,
  'of two promises of a customer that are due the earlier one is queued': `
    select earlier.id::text from callbacks earlier join callbacks later on later.user_id = earlier.user_id
      join live q on q.callback_id = later.id and q.priority_score = -1000
      join callback_notifications made on made.callback_id = earlier.id
      join callback_notifications queued on queued.callback_id = later.id and queued.kind = 'queued'
    where earlier.scheduled_for < later.scheduled_for and not earlier.is_queued and made.id < queued.id
      and (select count(*) from callback_notifications n where n.callback_id = earlier.id) = 1
      and exists (select from users u where u.id = earlier.user_id)`,
  'of a customer who is gone nothing is left that was said': `
    select kind from (
      select 'reason' as kind, user_id from callbacks where callback_reason is not null
      union all select 'history', user_id from callback_notifications n join callbacks c on c.id = n.callback_id
        where n.kind = 'cancelled' and n.details ? 'reason'
      union all select 'entry', user_id from call_queue
        where num_nonnulls(queue_reason, claim_id, signature_type, signature_missing_since) > 0
      union all select 'call', user_id from call_sessions
        where num_nonnulls(outcome_notes, outcome_request, twilio_call_sid) > 0
      union all select 'block', substr(subject, 6)::bigint from do_not_call
        where reason is not null and subject like 'user:%'
    ) said where not exists (select from users u where u.id = said.user_id)`,
  'a run ends': `select id::text from cron_runs where finished_at is null and abandoned_at is null`,
  'a run counts each callback once': `select id::text from cron_runs where settled <> enqueued`,
}

const statement = `
  with live as (select * from call_queue where status in ('pending', 'assigned', 'in_progress'))
  ${Object.entries(rules)
    .map(([rule, query]) => `select '${rule}' as rule, * from (${query}) as breaking (id)`)
    .join(' union all ')}`

/** The rules that are broken now, each with what breaks it. */
export async function brokenRules({ sql }: Pick<Place, 'sql'>): Promise<string[]> {
  const rows = await sql.unsafe<{ rule: string; id: string }[]>(statement, [], { prepare: true })
  return rows.map(({ rule, id }) => `${rule} (${id})`)
}
