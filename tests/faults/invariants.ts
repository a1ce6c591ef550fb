import type { Load } from './load.ts'
import type { World } from './world.ts'

export interface Verdict {
  promised: number
  /** Promises that are neither kept nor still open, and answers without their row. */
  lost: number
  /** Callbacks with more than one call that had an outcome, or more than one live entry. */
  doubled: number
  /** Other things that must never be, by name; empty when all is well. */
  broken: string[]
}

/** Holds what clients were told against what Postgres says. */
export async function judge({ sql }: World, { promised, outcomes }: Load): Promise<Verdict> {
  const count = async (query: PromiseLike<ArrayLike<unknown>>) => (await query).length
  const lost = await count(sql`
    select id from unnest(${[...promised]}::uuid[]) as id where not exists (
      select from callbacks c where c.id = id
        and (c.status in ('pending', 'accepted', 'in_progress') or c.status = 'completed' and exists (
          select from call_sessions s where s.id = c.completed_call_session_id and s.last_outcome_type is not null)))`)
  const outcomesWithoutRow = await count(sql`
    select id from unnest(${[...outcomes]}::uuid[]) as id where not exists (
      select from call_sessions s where s.id = id and s.last_outcome_type = 'resolved')`)
  const calledTwice = await count(sql`
    select callback_id from call_sessions where callback_id is not null and last_outcome_type is not null
    group by callback_id having count(*) > 1`)
  const queuedTwice = await count(sql`
    select callback_id from call_queue where status in ('pending', 'assigned', 'in_progress') and callback_id is not null
    group by callback_id having count(*) > 1`)
  const promisedTwice = await count(sql`select user_id from callbacks group by user_id having count(*) > 1`)

  const rules = {
    'a callback knows whether it is in a queue': sql`
      select id from callbacks c where is_queued <> exists (
        select from call_queue q where q.callback_id = c.id and q.status in ('pending', 'assigned', 'in_progress'))`,
    'a claimed entry and its callback agree': sql`
      select q.id from call_queue q join callbacks c on c.id = q.callback_id
      where (q.status = 'in_progress') <> (c.status = 'in_progress') and q.status in ('pending', 'assigned', 'in_progress')`,
    'every completed callback has its history': sql`
      select id from callbacks c where status = 'completed' and 1 <> (
        select count(*) from callback_notifications n where n.callback_id = c.id and n.kind = 'completed')`,
  }
  const broken: string[] = []
  for (const [rule, violations] of Object.entries(rules)) if ((await count(violations)) > 0) broken.push(rule)
  return {
    promised: promised.size,
    lost: lost + outcomesWithoutRow,
    doubled: calledTwice + queuedTwice + promisedTwice,
    broken,
  }
}

/** How many promises wait for their call. */
export async function countOpen({ sql }: World): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from callbacks where status in ('pending', 'accepted', 'in_progress')`
  return row!.count
}

/** Whether the lanes equal Postgres, as the API tells. */
export async function lanesAreInSync(world: World): Promise<boolean> {
  const headers = { authorization: `Bearer ${await world.token({ role: 'service' })}` }
  const answer = await fetch(`${world.apiUrl}/api/debug/callback-lanes`, { headers }).catch(() => undefined)
  return answer?.ok ? ((await answer.json()) as { inSync: boolean }).inSync : false
}
