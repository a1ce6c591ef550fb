import type { Sql } from '../client.ts'
import { isWaiting } from '../conditions.ts'
import type { Finding } from '../rows.ts'

/** What a finding says: of which kind, about which row, and whether it was set right at once. */
export type FindingInput = Pick<Finding, 'kind' | 'subject' | 'detail'> & { isRepaired: boolean }

/** The kind of an entry that a claim could not take. */
export const unclaimable = 'entry-unclaimable'

/** Notes a finding; true when it is new: never found before, or set right since. */
export async function note(sql: Sql, { kind, subject, detail, isRepaired }: FindingInput, now: Date): Promise<boolean> {
  const repairedAt = isRepaired ? now : null
  const [row] = await sql<{ isNew: boolean }[]>`
    with before as (select repaired_at from findings where kind = ${kind} and subject = ${subject})
    insert into findings (kind, subject, detail, found_at, last_found_at, repaired_at)
    values (${kind}, ${subject}, ${detail}, ${now}, ${now}, ${repairedAt})
    on conflict (kind, subject) do update set detail = excluded.detail, last_found_at = excluded.last_found_at,
      found_at = case when findings.repaired_at is null then findings.found_at else excluded.found_at end,
      repaired_at = excluded.repaired_at
    returning not exists (select from before where repaired_at is null) as is_new`
  return row!.isNew
}

/** The last findings, those that stand first. */
export async function list(sql: Sql, limit: number): Promise<Finding[]> {
  return sql<Finding[]>`
    select * from findings order by repaired_at desc nulls first, last_found_at desc, kind, subject limit ${limit}`
}

/** How many entries wait that a claim could not take since `since`, and how many other rows were wrong since then. */
export async function countStanding(sql: Sql, since: Date): Promise<{ unclaimable: number; wrong: number }> {
  const [row] = await sql<{ unclaimable: number; wrong: number }[]>`
    select
      (select count(*)::int from findings join call_queue on call_queue.id = subject::bigint and ${isWaiting(sql)}
        where kind = ${unclaimable} and repaired_at is null and last_found_at >= ${since}) as unclaimable,
      (select count(*)::int from findings where kind <> ${unclaimable} and repaired_at is null and last_found_at >= ${since}) as wrong`
  return row!
}

/** Forgets what was last found before `before`. */
export async function prune(sql: Sql, before: Date): Promise<void> {
  await sql`
    delete from findings where last_found_at < ${before}`
}
