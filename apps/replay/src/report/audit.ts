import type { Sql } from '@ringback/db'

/** What became of the promises, as Postgres tells it at the end of the day. */
export interface Audit {
  promised: number
  /** Completed by a call with an outcome. */
  called: number
  /** Not called yet, and found by the next ticks or in a queue: still kept. */
  open: number
  /** Neither: gone, ended without a call, or open where nothing would ever find it. */
  lost: number
  /** Claims of a callback that another claim had taken and not given back, and calls beyond the first. */
  doubled: number
  /** Claim minus due time of those called, in seconds; null when none was. */
  latenessSeconds: { p50: number | null; p95: number | null; max: number | null }
  calledWithin5Minutes: number
  /** Called by the agent who was preferred when the promise was made. */
  byPreferredAgent: number
  /** Called by another one, also when none was preferred. */
  bySubstitute: number
  /** Rows in `callbacks`. */
  inDatabase: number
}

type Row = Omit<Audit, 'latenessSeconds'> & { p50: number | null; p95: number | null; max: number | null }

/** Looks for the callbacks with these ids, whatever the simulation believes became of them. */
export async function auditPromises(sql: Sql, callbackIds: readonly string[]): Promise<Audit> {
  const [row] = await sql<Row[]>`
    with promise as materialized (
      select p.id, c.status, c.is_queued, c.scheduled_for, call.agent_id, call.started_at as called_at,
        (select agent_id from callback_notifications where callback_id = p.id and kind = 'scheduled') as preferred_agent_id,
        (select status from call_queue where callback_id = p.id and status in ('pending', 'assigned', 'in_progress')) as entry_status
      from unnest(${callbackIds as string[]}::uuid[]) as p (id)
      left join callbacks c on c.id = p.id
      left join call_sessions call on call.id = c.completed_call_session_id and call.callback_id = c.id
        and call.direction = 'outbound' and call.last_outcome_type is not null
    ), judged as materialized (
      select *,
        (status = 'completed' and called_at is not null and entry_status is null) as is_called,
        case
          when status = 'in_progress' then entry_status = 'in_progress'
          when status in ('pending', 'accepted') then is_queued = coalesce(entry_status in ('pending', 'assigned'), false)
          else false
        end as is_open,
        extract(epoch from called_at - scheduled_for)::float8 as lateness
      from promise
    ), surplus as (
      select greatest(
        (select count(*) filter (where kind = 'claimed') - count(*) filter (where kind = 'released')
          from callback_notifications where callback_id = promise.id),
        (select count(*) from call_sessions
          where callback_id = promise.id and direction = 'outbound' and last_outcome_type is not null)
      ) - 1 as claims
      from promise
    )
    select count(*)::int as promised,
      count(*) filter (where is_called)::int as called,
      count(*) filter (where is_open)::int as open,
      count(*) filter (where (is_called or is_open) is not true)::int as lost,
      (select coalesce(sum(claims) filter (where claims > 0), 0)::int from surplus) as doubled,
      percentile_disc(0.5) within group (order by lateness) filter (where is_called) as p50,
      percentile_disc(0.95) within group (order by lateness) filter (where is_called) as p95,
      max(lateness) filter (where is_called) as max,
      count(*) filter (where is_called and lateness <= 300)::int as called_within5_minutes,
      count(*) filter (where is_called and agent_id = preferred_agent_id)::int as by_preferred_agent,
      count(*) filter (where is_called and agent_id is distinct from preferred_agent_id)::int as by_substitute,
      (select count(*)::int from callbacks) as in_database
    from judged`
  const { p50, p95, max, ...counts } = row!
  return { ...counts, latenessSeconds: { p50, p95, max } }
}
