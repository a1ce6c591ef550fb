import { advisoryLocks } from '../advisory-locks.ts'
import type { Sql } from '../client.ts'
import type { LaneMirror } from '../rows.ts'

/** Makes this transaction the only reconciler; false when another one is at work. */
export async function tryLock(sql: Sql): Promise<boolean> {
  const [row] = await sql<
    { locked: boolean }[]
  >`select pg_try_advisory_xact_lock(${advisoryLocks.laneMirror}) as locked`
  return row!.locked
}

export async function get(sql: Sql): Promise<LaneMirror | undefined> {
  const [row] = await sql<LaneMirror[]>`select * from lane_mirror`
  return row
}

export async function set(sql: Sql, mirror: Omit<LaneMirror, 'id'>): Promise<void> {
  await sql`
    insert into lane_mirror ${sql({ id: 1, ...mirror })}
    on conflict (id) do update set ${sql(mirror)}`
}

/** Where the rows are at this moment. */
export interface Present {
  /**
   * Which history of the database this is: server, database and timeline. A standby that is promoted begins a new
   * timeline, and so does a backup that is recovered; a copy is another database.
   */
  history: string
  /** The oldest transaction that has not ended: what ended before it can be seen, what it changes not yet. */
  openSince: string
}

export async function present(sql: Sql): Promise<Present> {
  const [row] = await sql<Present[]>`
    select concat_ws('/', (select system_identifier from pg_control_system()), oid,
        left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)) as history,
      pg_snapshot_xmin(pg_current_snapshot())::text as open_since
    from pg_database where datname = current_database()`
  return row!
}
