import type { Sql } from '../client.ts'
import type { StoredPolicy } from '../rows.ts'
import type { Actor, QueueType } from '../values.ts'

/** The version that counts of each queue. */
export async function listCurrent(sql: Sql): Promise<StoredPolicy[]> {
  return sql<StoredPolicy[]>`select distinct on (queue_type) * from policies order by queue_type, version desc`
}

/** The queues whose policy names a calendar. */
export async function listNaming(sql: Sql, calendarId: string): Promise<QueueType[]> {
  const rows = await sql<{ queueType: QueueType }[]>`
    select queue_type from (select distinct on (queue_type) * from policies order by queue_type, version desc) policy
    where document ->> 'openingHours' = ${calendarId}
      or jsonb_path_exists(document, '$.quietHours.* ? (@ == $id)', jsonb_build_object('id', ${calendarId}::text))
    order by queue_type`
  return rows.map(({ queueType }) => queueType)
}

/** The versions of a queue's policy, the newest first. */
export async function listVersions(sql: Sql, queueType: QueueType, limit: number): Promise<StoredPolicy[]> {
  return sql<StoredPolicy[]>`
    select * from policies where queue_type = ${queueType} order by version desc limit ${limit}`
}

export interface NewVersion {
  queueType: QueueType
  /** The version before this one; 0 for the first. */
  after: number
  document: Record<string, unknown>
  writtenBy: Actor
}

/** Adds the next version. When somebody else has, the primary key refuses it: a collision (see `retryCollisions`). */
export async function add(
  sql: Sql,
  { queueType, after, document, writtenBy }: NewVersion,
  now: Date,
): Promise<StoredPolicy> {
  const [row] = await sql<StoredPolicy[]>`
    insert into policies (queue_type, version, document, written_by, written_at)
    values (${queueType}, ${after + 1}, ${sql.json(document as never)}, ${sql.json(writtenBy)}, ${now})
    returning *`
  return row!
}
