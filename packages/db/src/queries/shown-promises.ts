import type { Sql } from '../client.ts'
import { isLive } from '../conditions.ts'
import type { Callback, QueueEntry, User } from '../rows.ts'
import { call } from './claims.ts'

/** A promise with whom to call, and its place in a queue. */
export interface ShownPromise {
  callback: Callback
  /** Null while it is in no queue. */
  queueEntry: QueueEntry | null
  /** Null when the record was deleted. */
  user: User | null
}

/** The first promises, by time, of those that a condition on `callback` wants. */
export async function listShown(sql: Sql, isWanted: ReturnType<Sql['unsafe']>, limit: number): Promise<ShownPromise[]> {
  const rows = await sql`
    with wanted as materialized (
      select * from callbacks callback where ${isWanted} order by scheduled_for, id limit ${limit}
    )
    select ${sql.unsafe(call.columns)}
    from wanted callback
      left join call_queue entry on entry.callback_id = callback.id and ${isLive(sql, 'entry')}
      left join users customer on customer.id = callback.user_id
    order by callback.scheduled_for, callback.id`
  return rows.map((row) => {
    const { callback, entry, customer } = call.takeApart(row)
    return { callback: callback!, queueEntry: entry, user: customer }
  })
}
