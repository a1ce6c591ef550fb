import type { Sql } from '../client.ts'
import { isOfAnyStatus } from '../conditions.ts'
import type { CallbackResult, CallbackStatus, QueueType } from '../values.ts'

/**
 * The promises by the time that the customer was told, and how each was kept: for reports. A promise is judged by its first
 * attempt; those after it say nothing of punctuality.
 */

/** Each promise is one of these. */
export const verdicts = ['kept', 'early', 'late', 'broken', 'open', 'cancelled', 'reachedInbound'] as const
export type Verdict = (typeof verdicts)[number]

export interface PromiseWindow {
  /** Promised for this moment or later … */
  from: Date
  /** … and before this one. */
  to: Date
  /** What is not called yet by now is open or broken. */
  now: Date
  /** So long before and after its moment a promise is kept, … */
  punctualWithinMinutes: number
  /** … but in these queues so long. */
  punctualByQueue: Record<QueueType, number>
  /** Of the promises that were made for no queue, to users who are in none. */
  defaultQueueType: QueueType
  /** Only promises of this queue. */
  queueType?: QueueType | undefined
  /** Only promises of the agent who made the first attempt, else who is preferred. */
  agentId?: number | undefined
}

/**
 * Stretches of time, one after the other, and which group each belongs to, as a number: of keys that are text, Postgres
 * would have to compare a million. It has time zones of its own, so it is told which these are and not asked.
 */
export interface TimeSpans {
  /** ISO 8601, ascending. */
  starts: string[]
  groups: number[]
}

/** What promises are grouped by. */
export type PromiseGrouping = 'queueType' | 'agent' | 'result' | TimeSpans

type Fragment = ReturnType<Sql['unsafe']>

/**
 * What became of the callbacks `c`. Of those that ended before attempts were counted the call that completed them tells:
 * there was no other.
 */
function columns(sql: Sql, told: string): Fragment {
  const ofCompletingCall = (column: string) =>
    sql.unsafe(`case when c.status = 'completed' and c.result is null then (
      select ${column} from call_sessions where id = c.completed_call_session_id) end`)
  return sql`
    c.id, c.user_id, c.queue_type, c.policy, c.status, c.result, c.attempts, c.scheduled_for, c.callback_reason, c.preferred_agent_id,
    c.created_at, c.completed_at, c.cancelled_at, ${sql.unsafe(told)} as told,
    coalesce(c.first_called_at, ${ofCompletingCall('started_at')}) as called_at,
    coalesce(c.first_called_by, ${ofCompletingCall('agent_id')}) as called_by`
}

/** A verdict as Postgres counts with it: by its place in the list. */
const place = (verdict: Verdict) => verdicts.indexOf(verdict)

/** The promises `promise`, judged, each with the key of its group. */
function judged(sql: Sql, window: PromiseWindow, grouping: PromiseGrouping): Fragment {
  const { now } = window
  const leeway = sql`${leewayMinutes(sql, window)} * interval '1 minute'`
  const is = (verdict: Verdict) => sql.unsafe(String(place(verdict)))
  return sql`
    select promise.*, ${keyOf(sql, window, grouping)} as key, ${asked(sql, window)} as is_asked_for, date_part('epoch', called_at - told) as lateness,
      case
        when called_at > told + ${leeway} then ${is('late')}
        when called_at < told - ${leeway} then ${is('early')}
        when called_at is not null then ${is('kept')}
        when status = 'cancelled' then case when cancelled_at > told then ${is('broken')} else ${is('cancelled')} end
        when status = 'completed' then
          case when completed_at > told + ${leeway} then ${is('broken')} else ${is('reachedInbound')} end
        when status = 'in_progress' or told + ${leeway} >= ${now} then ${is('open')}
        else ${is('broken')}
      end as verdict
    from promise ${needsQueueType(window, grouping) ? withQueueType(sql, 'promise') : sql``}`
}

function keyOf(sql: Sql, window: PromiseWindow, grouping: PromiseGrouping): Fragment {
  if (grouping === 'queueType') return queueType(sql, window, 'promise')
  if (grouping === 'agent') return agent(sql)
  if (grouping === 'result') return sql`result`
  return sql`(${grouping.groups}::int[])[width_bucket(told, ${grouping.starts}::timestamptz[])]`
}

function asked(sql: Sql, window: PromiseWindow): Fragment {
  const { queueType: queue, agentId } = window
  return sql`(
    ${queue === undefined ? sql`true` : sql`${queueType(sql, window, 'promise')} = ${queue}`}
    and ${agentId === undefined ? sql`true` : sql`${agent(sql)} is not distinct from ${agentId}::int`})`
}

/** Whose a promise is: who called first, else who should have. */
function agent(sql: Sql): Fragment {
  return sql`coalesce(called_by, preferred_agent_id)`
}

/** As in routing: the queue that the promise `table` was made for, else where its user was last put, else the default. */
function queueType(sql: Sql, { defaultQueueType }: PromiseWindow, table: string): Fragment {
  return sql`coalesce(${sql.unsafe(table)}.queue_type, queue_of_user.queue_type, ${defaultQueueType})`
}

function withQueueType(sql: Sql, table: string): Fragment {
  return sql`
    left join user_call_scores score on score.user_id = ${sql.unsafe(table)}.user_id
    left join queues queue_of_user on queue_of_user.queue_type = score.current_queue_type`
}

function needsQueueType({ punctualByQueue, queueType: queue }: PromiseWindow, grouping: PromiseGrouping): boolean {
  return grouping === 'queueType' || queue !== undefined || Object.keys(punctualByQueue).length > 0
}

/** What a promise says itself goes before what its queue says. */
function leewayMinutes(sql: Sql, window: PromiseWindow): Fragment {
  const { punctualWithinMinutes, punctualByQueue } = window
  const ofQueue =
    Object.keys(punctualByQueue).length === 0
      ? sql`null`
      : sql`${sql.json(punctualByQueue)}::jsonb -> ${queueType(sql, window, 'promise')}`
  return sql`coalesce((policy ->> 'punctualWithinMinutes')::float8, (${ofQueue})::float8, ${punctualWithinMinutes}::float8)`
}

export type PromiseFigures = Record<Verdict, number> & {
  /**
   * A queue type, an agent's id, a result, or the number of a group of time spans; null of those that have none: that nobody
   * called and that prefer nobody, or that have no result.
   */
  key: string | null
  /** Whether these are the figures of all groups together. */
  isTotal: boolean
  promised: number
  /** How many had an attempt. */
  called: number
  /** Of the first attempts, in seconds after the moment that was promised, negative before it; null when there was none. */
  p50: number | null
  p90: number | null
  p95: number | null
  attempts: number
  /** Of those called, how many are over, and how many of these the customer answered. */
  decided: number
  reached: number
}

/** The figures of the promises of a window, of each group that has any, and of all of them. */
export async function summarize(sql: Sql, window: PromiseWindow, grouping: PromiseGrouping): Promise<PromiseFigures[]> {
  const { from, to } = window
  const counts = verdicts.map((verdict) => `count(*) filter (where verdict = ${place(verdict)})::int as "${verdict}"`)
  const rows = await sql<(Omit<PromiseFigures, 'p50' | 'p90' | 'p95'> & { lateness: (number | null)[] | null })[]>`
    with promise as (
      select ${columns(sql, 'c.scheduled_for')} from callbacks c
      where ${isOfAnyStatus(sql, 'c')} and c.promised_for is null and c.scheduled_for >= ${from} and c.scheduled_for < ${to}
      union all
      select ${columns(sql, 'c.promised_for')} from callbacks c
      where c.promised_for >= ${from} and c.promised_for < ${to}
    ), judged as (${judged(sql, window, grouping)})
    select key::text, grouping(key) = 1 as is_total, count(*)::int as promised, ${sql.unsafe(counts.join(', '))},
      count(called_at)::int as called,
      percentile_disc(array[0.5, 0.9, 0.95]) within group (order by lateness) as lateness,
      coalesce(sum(greatest(attempts, 1)) filter (where called_at is not null), 0)::int as attempts,
      count(*) filter (where called_at is not null and result is not null)::int as decided,
      count(*) filter (where called_at is not null and result = 'reached')::int as reached
    from judged where is_asked_for group by grouping sets ((judged.key), ()) order by judged.key`
  return rows.map(({ lateness, ...figures }) => {
    const [p50 = null, p90 = null, p95 = null] = lateness ?? []
    return Object.assign(figures, { p50, p90, p95 })
  })
}

/** A promise as a report lists it. */
export interface JudgedPromise {
  id: string
  userId: string
  key: string | null
  queueType: QueueType
  callbackReason: string | null
  preferredAgentId: number | null
  status: CallbackStatus
  result: CallbackResult | null
  verdict: Verdict
  told: Date
  scheduledFor: Date
  calledAt: Date | null
  calledBy: number | null
  /** In seconds. */
  lateness: number | null
  attempts: number
  createdAt: Date
  completedAt: Date | null
  cancelledAt: Date | null
}

/** Where a page of promises ends. */
export interface PromiseCursor {
  told: Date
  id: string
}

/**
 * A page of the promises of a window, by the moment that was promised, and where the next one begins. Each status is read by
 * itself, as an index knows its order. So many are read at a time, of which those that are asked for are given.
 */
export async function list(
  sql: Sql,
  window: PromiseWindow,
  grouping: PromiseGrouping,
  after: PromiseCursor | undefined,
  limit: number,
): Promise<{ promises: JudgedPromise[]; next: PromiseCursor | undefined }> {
  const { from, to } = window
  const within = (told: string) => {
    const column = sql.unsafe(told)
    const begin = after ? sql`(${column}, c.id) > (${after.told}, ${after.id})` : sql`${column} >= ${from}`
    return sql`${begin} and ${column} < ${to} order by ${column}, c.id limit ${limit}`
  }
  const rows = await sql<(Omit<JudgedPromise, 'verdict'> & { verdict: number; isAskedFor: boolean })[]>`
    with promise as (
      select page.* from unnest(enum_range(null::callback_status)) as each (status), lateral (
        select ${columns(sql, 'c.scheduled_for')} from callbacks c
        where c.status = each.status and c.promised_for is null and ${within('c.scheduled_for')}
      ) page
      union all
      (select ${columns(sql, 'c.promised_for')} from callbacks c where c.promised_for is not null and ${within('c.promised_for')})
      order by told, id limit ${limit}
    ), judged as (${judged(sql, window, grouping)})
    select judged.*, key::text, ${queueType(sql, window, 'judged')} as queue_type from judged ${withQueueType(sql, 'judged')}
    order by told, id`
  const promises = rows
    .filter(({ isAskedFor }) => isAskedFor)
    .map((row) => Object.assign(row, { verdict: verdicts[row.verdict]! }))
  return { promises, next: rows.length === limit ? rows.at(-1) : undefined }
}
