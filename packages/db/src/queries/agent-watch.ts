import type { Sql } from '../client.ts'
import type { AgentWatch } from '../rows.ts'

export async function get(sql: Sql): Promise<AgentWatch | undefined> {
  const [row] = await sql<AgentWatch[]>`select * from agent_watch`
  return row
}

/** Notes that agents are heard now. The watch is unbroken when the last note is from `unbrokenSince` or later. */
export async function note(sql: Sql, now: Date, unbrokenSince: Date): Promise<void> {
  await sql`
    insert into agent_watch as watch (id, heard_since, heard_until) values (1, ${now}, ${now})
    on conflict (id) do update set
      heard_since = case when watch.heard_until < ${unbrokenSince} then excluded.heard_since else watch.heard_since end,
      heard_until = greatest(watch.heard_until, excluded.heard_until)`
}
