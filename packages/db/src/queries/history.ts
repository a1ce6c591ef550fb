import type { Sql, Statement } from '../client.ts'
import type { CallbackEvent } from '../rows.ts'
import type { Actor, NotificationKind } from '../values.ts'

/** What happened to a callback. */
export interface HistoryEvent {
  callbackId: string
  kind: NotificationKind
  /** The agent whom it concerns. */
  agentId?: number | null | undefined
  details?: Record<string, unknown>
}

/** Adds what `source` selects (callback_id, kind, agent_id, actor, at, details) to the history, as part of another statement. */
export function insertInto(sql: Sql, source: ReturnType<Sql['unsafe']>) {
  return sql`insert into callback_notifications (callback_id, kind, agent_id, actor, at, details) ${source}`
}

/**
 * Adds events to the histories of callbacks, in the order given, all of them done by `actor`. A callback whose routing
 * fails time and again for the same reason gets one row that counts, not one row each time.
 */
export function add(sql: Sql, events: HistoryEvent[], actor: Actor, now: Date): Statement {
  const source = sql`
    select "callbackId" as callback_id, kind, "agentId" as agent_id, ${sql.json(actor)}::jsonb as actor,
      ${now}::timestamptz as at, coalesce(details, '{}') as details
    from jsonb_to_recordset(${sql.json(events as never)})
      as event ("callbackId" uuid, kind callback_notification_kind, "agentId" int, details jsonb)`
  if (!events.some((event) => event.kind === 'routing_failed')) return insertInto(sql, source)
  return sql`
    with event as (${source}), failed as (
      select callback_id, details from event where kind = 'routing_failed'
    ), repeated as (
      update callback_notifications n
      set details = n.details || failed.details
        || jsonb_build_object('times', (n.details ->> 'times')::int + 1, 'lastAt', ${now.toISOString()}::text)
      from failed
      where n.id = (select max(id) from callback_notifications where callback_id = failed.callback_id)
        and n.kind = 'routing_failed' and n.details ->> 'reason' = failed.details ->> 'reason'
      returning n.callback_id
    )
    ${insertInto(
      sql,
      sql`
        select callback_id, kind, agent_id, actor, at,
          details || case when kind = 'routing_failed' then '{"times": 1}'::jsonb else '{}' end
        from event where kind <> 'routing_failed' or callback_id not in (select callback_id from repeated)`,
    )}`
}

/** When the outcome of a call had its callback tried again, and with which attempt; undefined when it did not. */
export async function getRetry(
  sql: Sql,
  callbackId: string,
  callSessionId: string,
): Promise<{ at: Date; attempt: number } | undefined> {
  const [row] = await sql<{ to: string; attempt: number }[]>`
    select details ->> 'to' as to, (details ->> 'attempt')::int as attempt from callback_notifications
    where callback_id = ${callbackId} and kind = 'retry' and details ->> 'callSessionId' = ${callSessionId}`
  return row && { at: new Date(row.to), attempt: row.attempt }
}

/** The last events of a callback, newest first: all of them, or those before the event `beforeId`. */
export async function list(
  sql: Sql,
  callbackId: string,
  beforeId: string | undefined,
  limit: number,
): Promise<CallbackEvent[]> {
  return sql<CallbackEvent[]>`
    select * from callback_notifications
    where callback_id = ${callbackId} ${beforeId === undefined ? sql`` : sql`and id < ${beforeId}`}
    order by id desc limit ${limit}`
}
