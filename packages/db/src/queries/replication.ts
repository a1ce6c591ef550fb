import type { Sql } from '../client.ts'

/** Where a server is in the history of its cluster. */
export interface Position {
  /** The cluster, the same for a primary and all who follow it. */
  cluster: string
  /** Which history of it: each promotion of a standby begins another one. */
  timeline: number
  /** How far, in bytes of the write-ahead log. */
  bytes: bigint
}

interface Row extends Omit<Position, 'bytes'> {
  bytes: string
}

/** Up to where a primary has written: what has been committed by now ends before it. */
export async function positionOfPrimary(sql: Sql): Promise<Position> {
  const [row] = await sql<Row[]>`
    select system_identifier::text as cluster,
      ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as timeline,
      (pg_current_wal_lsn() - '0/0'::pg_lsn)::text as bytes
    from pg_control_system()`
  return positionOf(row!)
}

/**
 * Up to where a standby has followed; undefined when the server follows nobody. After a promotion it is late to say that it
 * is in the new history, never early.
 */
export async function positionOfStandby(sql: Sql): Promise<Position | undefined> {
  const [row] = await sql<Row[]>`
    select system.system_identifier::text as cluster,
      greatest(checkpoint.timeline_id, recovery.min_recovery_end_timeline) as timeline,
      (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::text as bytes
    from pg_control_system() system, pg_control_checkpoint() checkpoint, pg_control_recovery() recovery
    where pg_is_in_recovery()`
  return row && positionOf(row)
}

function positionOf({ bytes, ...row }: Row): Position {
  return { ...row, bytes: BigInt(bytes) }
}
