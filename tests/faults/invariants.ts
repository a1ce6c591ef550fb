import type { Load } from './load.ts'
import { agentCount, firstWithHours, withHours } from './load/crew.ts'
import type { World } from './world/world.ts'

type Sql = World['sql']

export interface Verdict {
  promised: number
  /** Promises that are neither kept nor still open nor taken back, and answers without their row. */
  lost: number
  /** Callbacks and customers that were promised, queued, claimed or called more than once. */
  doubled: number
  /** Every rule that is broken, with what breaks it; empty when all is well. */
  broken: string[]
}

type Judged = Pick<World, 'sql' | 'leaks'>
type Told = Pick<Load, 'books' | 'leaks'>
type Violations = PromiseLike<readonly { id: unknown }[]>

const shown = 3

/** Holds what clients were told against what Postgres says. */
export async function judge(world: Judged, load: Told): Promise<Verdict> {
  const broken: string[] = []
  async function count(rules: Record<string, Violations>): Promise<number> {
    let total = 0
    for (const [rule, query] of Object.entries(rules)) {
      const violations = await query
      total += violations.length
      const ids = violations.slice(0, shown).map(({ id }) => String(id))
      if (ids.length > 0) broken.push(`${rule} (${violations.length}: ${ids.join(', ')})`)
    }
    return total
  }
  const { books } = load
  const promised = books.promised.size
  const lost = await count(promisesAndAnswers(world, load))
  const doubled = await count(onlyOnce(world))
  await count(agreement(world))
  if (world.leaks() > 0) broken.push('no secret shows in a log')
  if (load.leaks() > 0) broken.push('no secret shows in a refusal')
  if (books.failures.length > 0) {
    broken.push(
      `no request fails (${books.failures.length}: ${[...new Set(books.failures)].slice(0, shown).join(', ')})`,
    )
  }
  return { promised, lost, doubled, broken }
}

function promisesAndAnswers({ sql }: Judged, { books }: Told): Record<string, Violations> {
  const { promised, cancelled, claimed, outcomes } = books
  return {
    'a promise is open, kept by a call with an outcome, or taken back by its customer, who may have refused all calls':
      sql<{ id: string; status: string | null }[]>`
      select told.id, c.status from unnest(${[...promised]}::uuid[]) as told (id) left join callbacks c on c.id = told.id
      where c.status in ('pending', 'accepted', 'in_progress') is not true
        and (c.status = 'completed' and exists (
          select from call_sessions s where s.id = c.completed_call_session_id and s.last_outcome_type is not null)) is not true
        and (c.result = 'blocked' and c.user_id in (select user_id from (${firstRefusals(sql)}) refusal)) is not true
      -- A cancel that was sent while Postgres looked is in the books by now.
    `.then((rows) => rows.filter(({ id, status }) => status !== 'cancelled' || !books.mayBeCancelled(id))),
    'a promise that was taken back, as was answered, is': sql`
      select told.id from unnest(${[...cancelled]}::uuid[]) as told (id) where not exists (
        select from callbacks c where c.id = told.id and c.status = 'cancelled')`,
    'a claim that was answered has its call': sql`
      select told.id from unnest(${[...claimed]}::uuid[]) as told (id) where not exists (
        select from call_sessions s where s.id = told.id)`,
    'an outcome that was answered is recorded': sql`
      select told.id from unnest(${[...outcomes.keys()]}::uuid[], ${[...outcomes.values()]}::text[]) as told (id, type)
      where not exists (
        select from call_sessions s where s.id = told.id and s.last_outcome_type::text = told.type)`,
  }
}

function onlyOnce({ sql }: Judged): Record<string, Violations> {
  return {
    'one request makes one promise': sql`
      select callback_reason as id from callbacks group by callback_reason having count(callback_reason) > 1`,
    // One that was given back before its outcome came belongs to nobody's claim any more.
    'a callback is called once, and once more for each retry': sql`
      select callback_id as id from call_sessions s
      where callback_id is not null and last_outcome_type is not null and released_at is null
      group by callback_id having count(*) > 1 + (
        select count(*) from callback_notifications n where n.callback_id = s.callback_id and n.kind = 'retry')`,
    'a callback has one live entry': sql`
      select callback_id as id from call_queue
      where status in ('pending', 'assigned', 'in_progress') and callback_id is not null
      group by callback_id having count(*) > 1`,
    'a customer has one live entry': sql`
      select user_id as id from call_queue where status in ('pending', 'assigned', 'in_progress')
      group by user_id having count(*) > 1`,
    'an agent has one claim': sql`
      select claimed_by_agent_id as id from call_queue where status = 'in_progress'
      group by claimed_by_agent_id having count(*) > 1`,
    'a callback is claimed by one agent at a time': sql`
      select callback_id as id from callback_notifications where kind in ('claimed', 'released', 'retry') group by callback_id
      having count(*) filter (where kind = 'claimed') - count(*) filter (where kind <> 'claimed') > 1`,
    'an agent at work keeps its claim': sql`
      select callback_id as id from callback_notifications
      where kind = 'released' and details ->> 'reason' = 'agent-lost' and agent_id <= ${agentCount}`,
  }
}

function agreement({ sql }: Judged): Record<string, Violations> {
  return {
    'a callback knows whether it is in a queue': sql`
      select id from callbacks c where is_queued <> exists (
        select from call_queue q where q.callback_id = c.id and q.status in ('pending', 'assigned', 'in_progress'))`,
    'a live entry is of an open callback': sql`
      select q.id from call_queue q join callbacks c on c.id = q.callback_id
      where q.status in ('pending', 'assigned', 'in_progress') and c.status not in ('pending', 'accepted', 'in_progress')`,
    'a live entry is of somebody': sql`
      select q.id from call_queue q
      where q.status in ('pending', 'assigned', 'in_progress') and not exists (select from users u where u.id = q.user_id)`,
    'an agent who holds a claim is logged in, and not available': sql`
      select q.claimed_by_agent_id as id from call_queue q where q.status = 'in_progress' and not exists (
        select from agent_sessions s
        where s.agent_id = q.claimed_by_agent_id and s.logout_at is null and s.status <> 'available')`,
    'a claimed entry and its callback agree': sql`
      select q.id from call_queue q join callbacks c on c.id = q.callback_id
      where (q.status = 'in_progress') <> (c.status = 'in_progress') and q.status in ('pending', 'assigned', 'in_progress')`,
    'a claimed entry has its call': sql`
      select q.id from call_queue q left join call_sessions s on s.id = q.call_session_id
      where q.status = 'in_progress' and s.id is null`,
    'a completed callback has its history': sql`
      select id from callbacks c where status = 'completed' and (1, 1) <> (
        select count(*) filter (where kind = 'scheduled'), count(*) filter (where kind = 'completed')
        from callback_notifications n where n.callback_id = c.id)`,
    // Those of customers with hours alone: nobody else's are restricted.
    'no customer is called outside its hours': sql`
      select id from call_sessions
      where callback_id is not null and ${hasHours(sql)} and not ${isOpen(sql, 'started_at')}`,
    // By the order of history: a refusal is there when all other claims of its customers are over, and has the time of its beginning.
    'no customer who has refused is called again': sql`
      with refusal as materialized (${firstRefusals(sql)})
      select claimed.id from callback_notifications claimed join callbacks c on c.id = claimed.callback_id
        join refusal on refusal.user_id = c.user_id
      where claimed.kind = 'claimed' and refusal.id < claimed.id`,
  }
}

/** Whether `user_id` is a customer who may not be called at any time. */
export function hasHours(sql: Sql) {
  return sql`user_id between ${firstWithHours} and ${firstWithHours + withHours - 1}`
}

/** Whether the customer `user_id` with hours may be called at a moment: in even minutes, or in odd ones, as its id is. */
export function isOpen(sql: Sql, moment: string) {
  return sql`extract(minute from ${sql.unsafe(moment)} at time zone 'UTC')::int % 2 = user_id % 2`
}

/** The users who refused all further calls, or who have the number of one who did, and the first row of history that says so. */
function firstRefusals(sql: Sql) {
  return sql`
    with refused as materialized (
      select c.user_id, n.id from callback_notifications n join callbacks c on c.id = n.callback_id
      where n.kind = 'completed' and n.details ->> 'outcomeType' = 'do_not_call'
    )
    select user_id, min(id) as id from (
      select * from refused
      union all
      select other.id, refused.id from refused join users on users.id = refused.user_id join users other on other.phone = users.phone
    ) meant group by user_id`
}

/** Whether nothing is lost, doubled or broken. */
export function isSound({ lost, doubled, broken }: Verdict): boolean {
  return lost === 0 && doubled === 0 && broken.length === 0
}
