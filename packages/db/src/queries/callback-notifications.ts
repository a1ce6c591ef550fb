import type { Sql, Statement } from '../client.ts'
import type { CallbackNotification, NotificationKind } from '../rows.ts'

export interface HistoryRow {
  callbackId: string
  kind: NotificationKind
  agentId?: number | null
  details?: Record<string, unknown>
}

/** Adds rows to the history of callbacks, in the order given. */
export function add(sql: Sql, rows: HistoryRow[], now: Date): Statement | undefined {
  if (rows.length === 0) return undefined
  return sql`
    insert into callback_notifications (callback_id, kind, agent_id, at, details)
    select "callbackId", kind, "agentId", ${now}, coalesce(details, '{}')
    from jsonb_to_recordset(${sql.json(rows as never)})
      as row ("callbackId" uuid, kind callback_notification_kind, "agentId" int, details jsonb)`
}

export async function list(sql: Sql, callbackId: string): Promise<CallbackNotification[]> {
  return sql<CallbackNotification[]>`
    select * from callback_notifications where callback_id = ${callbackId} order by id`
}

export interface RoutingFailure {
  callbackId: string
  reason: string
  /** Left out when every tick tries again. */
  retryAt?: Date
}

/**
 * Notes that routing failed for these callbacks. A callback that fails time and again for the same reason gets one row
 * that counts, not one row each time.
 */
export function addRoutingFailures(sql: Sql, failures: RoutingFailure[], now: Date): Statement | undefined {
  if (failures.length === 0) return undefined
  return sql`
    with failed as (
      select "callbackId", reason, jsonb_strip_nulls(jsonb_build_object('retryAt', "retryAt")) as retry
      from jsonb_to_recordset(${sql.json(failures as never)}) as row ("callbackId" uuid, reason text, "retryAt" text)
    ), repeated as (
      update callback_notifications n
      set details = n.details || failed.retry
        || jsonb_build_object('times', (n.details ->> 'times')::int + 1, 'lastAt', ${now.toISOString()}::text)
      from failed
      where n.id = (select max(id) from callback_notifications where callback_id = failed."callbackId")
        and n.kind = 'routing_failed' and n.details ->> 'reason' = failed.reason
      returning n.callback_id
    )
    insert into callback_notifications (callback_id, kind, at, details)
    select "callbackId", 'routing_failed', ${now}, jsonb_build_object('reason', reason, 'times', 1) || retry
    from failed where "callbackId" not in (select callback_id from repeated)`
}
