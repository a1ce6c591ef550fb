import type { Load } from './load.ts'
import type { World } from './world/world.ts'

export interface Verdict {
  promised: number
  /** Promises that are neither kept nor still open, and answers without their row. */
  lost: number
  /** Callbacks and customers that were promised, queued, claimed or called more than once. */
  doubled: number
  /** Other things that must never be, by name; empty when all is well. */
  broken: string[]
}

/** Holds what clients were told against what Postgres says. */
export async function judge(world: World, load: Load): Promise<Verdict> {
  const { sql } = world
  const { promised, claimed, outcomes } = load
  const count = async (query: PromiseLike<ArrayLike<unknown>>) => (await query).length
  const total = async (queries: PromiseLike<ArrayLike<unknown>>[]) =>
    (await Promise.all(queries.map(count))).reduce((sum, violations) => sum + violations, 0)

  const lost = [
    // Every promise is open, or completed by a call with an outcome.
    sql`
      select id from unnest(${[...promised]}::uuid[]) as id where not exists (
        select from callbacks c where c.id = id
          and (c.status in ('pending', 'accepted', 'in_progress') or c.status = 'completed' and exists (
            select from call_sessions s where s.id = c.completed_call_session_id and s.last_outcome_type is not null)))`,
    // Every claim and every outcome that was answered has its row.
    sql`
      select id from unnest(${[...claimed]}::uuid[]) as id where not exists (select from call_sessions s where s.id = id)`,
    sql`
      select id from unnest(${[...outcomes]}::uuid[]) as id where not exists (
        select from call_sessions s where s.id = id and s.last_outcome_type = 'resolved')`,
  ]
  const doubled = [
    sql`
      select callback_id from call_sessions where callback_id is not null and last_outcome_type is not null
      group by callback_id having count(*) > 1`,
    sql`
      select callback_id from call_queue where status in ('pending', 'assigned', 'in_progress') and callback_id is not null
      group by callback_id having count(*) > 1`,
    sql`
      select user_id from call_queue where status in ('pending', 'assigned', 'in_progress')
      group by user_id having count(*) > 1`,
    sql`
      select claimed_by_agent_id from call_queue where status = 'in_progress'
      group by claimed_by_agent_id having count(*) > 1`,
    sql`select user_id from callbacks group by user_id having count(*) > 1`,
    // A claim that is neither given back nor the one that holds, or held last, is a second claim of one callback.
    sql`
      select callback_id from callback_notifications where kind in ('claimed', 'released') group by callback_id
      having count(*) filter (where kind = 'claimed') - count(*) filter (where kind = 'released') > 1`,
  ]
  const rules: Record<string, PromiseLike<ArrayLike<unknown>>> = {
    'a callback knows whether it is in a queue': sql`
      select id from callbacks c where is_queued <> exists (
        select from call_queue q where q.callback_id = c.id and q.status in ('pending', 'assigned', 'in_progress'))`,
    'a claimed entry and its callback agree': sql`
      select q.id from call_queue q join callbacks c on c.id = q.callback_id
      where (q.status = 'in_progress') <> (c.status = 'in_progress') and q.status in ('pending', 'assigned', 'in_progress')`,
    'a claimed entry has its open call': sql`
      select q.id from call_queue q left join call_sessions s on s.id = q.call_session_id
      where q.status = 'in_progress' and s.id is null`,
    'every completed callback has its history': sql`
      select id from callbacks c where status = 'completed' and (1, 1) <> (
        select count(*) filter (where kind = 'scheduled'), count(*) filter (where kind = 'completed')
        from callback_notifications n where n.callback_id = c.id)`,
  }
  const broken: string[] = []
  for (const [rule, violations] of Object.entries(rules)) if ((await count(violations)) > 0) broken.push(rule)
  if (world.leaks() > 0) broken.push('no secret shows in a log')
  if (load.leaks() > 0) broken.push('no secret shows in a refusal')
  return { promised: promised.size, lost: await total(lost), doubled: await total(doubled), broken }
}

/** Whether nothing is lost, doubled or broken. */
export function isSound({ lost, doubled, broken }: Verdict): boolean {
  return lost === 0 && doubled === 0 && broken.length === 0
}
