import type { Sql } from '../client.ts'
import { isOfAnyStatus, isOpen, isProblematic, isUnclaimed, waitsForOwner } from '../conditions.ts'
import type { CallSession } from '../rows.ts'

export interface CallFigures {
  inbound: number
  inboundWithOutcome: number
  inboundWithCallback: number
  callbacksCreated: number
}

/** Inbound calls that started since `since`, and the callbacks that came out of them. */
export async function countCalls(sql: Sql, since: Date, now: Date): Promise<CallFigures> {
  const [row] = await sql<CallFigures[]>`
    with calls as materialized (
      select id, last_outcome_type, callback_scheduled from call_sessions
      where direction = 'inbound' and started_at >= ${since} and started_at <= ${now}
    )
    select count(*)::int as inbound,
      count(last_outcome_type)::int as inbound_with_outcome,
      count(*) filter (where callback_scheduled)::int as inbound_with_callback,
      (select count(*)::int from callbacks where original_call_session_id in (select id from calls)) as callbacks_created
    from calls`
  return row!
}

/** Completed calls without an outcome that started since `since`: how many, and the newest. */
export async function listProblematic(
  sql: Sql,
  since: Date,
  now: Date,
  limit: number,
): Promise<{ count: number; newest: CallSession[] }> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from call_sessions
    where ${isProblematic(sql)} and started_at >= ${since}
      and started_at <= ${now}`
  const newest = await sql<CallSession[]>`
    select * from call_sessions
    where ${isProblematic(sql)} and started_at >= ${since}
      and started_at <= ${now}
    order by started_at desc limit ${limit}`
  return { count: row!.count, newest }
}

export async function listRecentInbound(sql: Sql, since: Date, now: Date, limit: number): Promise<CallSession[]> {
  return sql<CallSession[]>`
    select * from call_sessions where direction = 'inbound' and started_at >= ${since} and started_at <= ${now}
    order by started_at desc limit ${limit}`
}

export interface RoutingFigures {
  runs: number
  processed: number
  queuedWithAgent: number
}

/** What the ticks that started since `since` did. */
export async function countRouting(sql: Sql, since: Date): Promise<RoutingFigures> {
  const [row] = await sql<RoutingFigures[]>`
    select count(*)::int as runs, coalesce(sum(processed), 0)::int as processed,
      coalesce(sum(notified - unassigned), 0)::int as queued_with_agent
    from cron_runs where started_at >= ${since}`
  return row!
}

export interface CallbackFigures {
  scheduled: number
  completed: number
  open: number
  overdue: number
  failing: number
  escalated: number
  ownerMissing: number
}

const failsTooOften = 3

/**
 * Callbacks scheduled for the window up to now, what became of them, and all that are overdue, fail to be routed, or have
 * waited until before `ownerMissingBefore`, and no longer than they should have, for the only agent who may call.
 */
export async function countCallbacks(
  sql: Sql,
  since: Date,
  now: Date,
  { overdueBefore, ownerMissingBefore }: { overdueBefore: Date; ownerMissingBefore: Date },
): Promise<CallbackFigures> {
  const isNotAwaited = sql`coalesce(owner_awaited_until, '-infinity') < ${overdueBefore}`
  const [row] = await sql<CallbackFigures[]>`
    select count(*)::int as scheduled,
      count(*) filter (where status = 'completed')::int as completed,
      count(*) filter (where ${isOpen(sql)})::int as open,
      (select count(*)::int from callbacks where ${isUnclaimed(sql)} and is_queued and scheduled_for < ${overdueBefore} and ${isNotAwaited})
      + (select count(*)::int from callbacks where ${isUnclaimed(sql)} and not is_queued and retry_at is null and scheduled_for < ${overdueBefore})
      + (select count(*)::int from callbacks where ${isUnclaimed(sql)} and not is_queued and retry_at is not null and scheduled_for < ${overdueBefore} and ${isNotAwaited}) as overdue,
      (select count(*)::int from callbacks where ${isUnclaimed(sql)} and retry_at is not null and routing_failures >= ${failsTooOften}) as failing,
      (select count(*)::int from call_queue where status = 'pending' and escalated_at is not null) as escalated,
      (select count(*)::int from callbacks where ${waitsForOwner(sql, now)} and owner = 'only' and owner_awaited_until < ${ownerMissingBefore}) as owner_missing
    from callbacks where ${isOfAnyStatus(sql)} and scheduled_for >= ${since} and scheduled_for <= ${now}`
  return row!
}
