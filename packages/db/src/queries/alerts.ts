import type { Sql } from '../client.ts'
import type { Alert } from '../rows.ts'

/** Writes which alerts stand now. Of all processes that see a change, one gets it back. */
export async function replace(sql: Sql, standing: string[], now: Date): Promise<{ begun: string[]; ended: string[] }> {
  const begun = await sql<Alert[]>`
    insert into alerts (name, since) select name, ${now} from unnest(${standing}::text[]) as name
    on conflict do nothing returning *`
  const ended = await sql<Alert[]>`
    delete from alerts where name <> all(${standing}::text[]) returning *`
  return { begun: begun.map((alert) => alert.name), ended: ended.map((alert) => alert.name) }
}

/** The alerts that stand, and since when, as whoever watches has last written. */
export async function list(sql: Sql): Promise<Alert[]> {
  return sql<Alert[]>`select * from alerts`
}
