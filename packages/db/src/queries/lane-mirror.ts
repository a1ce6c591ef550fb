import { advisoryLocks } from '../advisory-locks.ts'
import type { Sql } from '../client.ts'
import type { LaneMirror } from '../rows.ts'

/** Makes this transaction the only reconciler; false when another one is at work. */
export async function tryLock(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_xact_lock(${advisoryLocks.laneMirror}) as locked`
  return row!.locked
}

export async function get(sql: Sql): Promise<LaneMirror | undefined> {
  const [row] = await sql<LaneMirror[]>`select * from lane_mirror`
  return row
}

export async function set(sql: Sql, mirror: Omit<LaneMirror, 'id'>): Promise<void> {
  await sql`
    insert into lane_mirror ${sql({ id: 1, ...mirror })}
    on conflict (id) do update set pulse = excluded.pulse, reconciled_until = excluded.reconciled_until,
      open_since = excluded.open_since`
}

/** The oldest transaction that has not ended: what ended before it can be seen from now on, what it changes not yet. */
export async function oldestOpenTransaction(sql: Sql): Promise<string> {
  const [row] = await sql<{ xmin: string }[]>`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`
  return row!.xmin
}
