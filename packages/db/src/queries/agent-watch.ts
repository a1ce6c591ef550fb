import type { Sql } from '../client.ts'
import type { AgentWatch } from '../rows.ts'

export async function list(sql: Sql): Promise<AgentWatch[]> {
  return sql<AgentWatch[]>`select * from agent_watch`
}

/** Notes that an API hears agents now. Its watch is unbroken when its last note is from `unbrokenSince` or later. */
export async function note(sql: Sql, api: string, now: Date, unbrokenSince: Date): Promise<void> {
  await sql`
    insert into agent_watch as watch (api, heard_since, heard_until) values (${api}, ${now}, ${now})
    on conflict (api) do update set
      heard_since = case when watch.heard_until < ${unbrokenSince} then excluded.heard_since else watch.heard_since end,
      heard_until = greatest(watch.heard_until, excluded.heard_until)`
}

/** Forgets APIs that have not been there since `before`. */
export async function prune(sql: Sql, before: Date): Promise<void> {
  await sql`delete from agent_watch where heard_until < ${before}`
}
