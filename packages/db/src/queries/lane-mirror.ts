import type { Sql } from '../client.ts'
import type { LaneMirror } from '../rows.ts'

const mirrorLock = 7_264_226

/** Makes this transaction the only reconciler; false when another one is at work. */
export async function tryLock(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_xact_lock(${mirrorLock}) as locked`
  return row!.locked
}

export async function get(sql: Sql): Promise<LaneMirror | undefined> {
  const [row] = await sql<LaneMirror[]>`select * from lane_mirror`
  return row
}

export async function set(sql: Sql, mirror: { pulse: number; reconciledUntil: Date }): Promise<void> {
  await sql`
    insert into lane_mirror (id, pulse, reconciled_until) values (1, ${mirror.pulse}, ${mirror.reconciledUntil})
    on conflict (id) do update set pulse = excluded.pulse, reconciled_until = excluded.reconciled_until`
}

/** The oldest transaction that has not ended: what ended before it can be seen from now on, what it changes not yet. */
export async function oldestOpenTransaction(sql: Sql): Promise<string> {
  const [row] = await sql<{ xmin: string }[]>`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`
  return row!.xmin
}
