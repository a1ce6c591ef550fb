import { planAnew, prune, rowAuditor, takeOutClosed, tick, keepCalendars, auditLanes } from '@ringback/core'
import { settleLanes } from '@ringback/testing'
import type { Centre } from './centre.ts'
import { queues } from './queues.ts'

const minuteMs = 60_000

/** What the workers do of themselves, and when there is something for them to do. */
export interface Clockwork {
  /** What they do within a minute. */
  minute(): Promise<void>
  /** What they do when hours have changed. */
  plan(): Promise<unknown>
  /** The next full minute after now at which they have something to do, if nobody does anything until then. */
  next(): Promise<number | null>
  /** What they do once in a while; returns how much was wrong with rows and lanes. */
  audit(): Promise<{ rows: number; lanes: unknown[] }>
  /** All that the minutes of the workers write down: the same before and after a minute in which nothing was to do. */
  trace(): Promise<unknown>
}

export function clockwork({ engine, deps }: Centre): Clockwork {
  const { sql, time } = engine
  const auditRows = rowAuditor()
  const { leadMs, toleranceMs, rerouteAfterMs } = deps.rules
  const ahead = leadMs + toleranceMs
  const escalating = queues.flatMap(({ queueType, escalateAfterMinutes }) =>
    escalateAfterMinutes === null ? [] : [{ queueType, afterMs: escalateAfterMinutes * minuteMs }],
  )

  return {
    async minute() {
      await takeOutClosed(deps)
      await tick(deps, { trigger: 'schedule' })
    },
    plan: () => planAnew(deps),
    async next() {
      const ms = (count: number) => sql`${count} * interval '1 millisecond'`
      const waiting = sql`call_queue where status in ('pending', 'assigned') and callback_id is not null`
      const open = sql`callbacks where status in ('pending', 'accepted')`
      const escalations = escalating.map(
        ({ queueType, afterMs }) => sql`
          union all select available_from + ${ms(afterMs + 1)} from ${waiting} and queue_type = ${queueType} and escalated_at is null
          union all select assigned_at + ${ms(afterMs + 1)} from ${waiting} and queue_type = ${queueType} and escalated_at is null`,
      )
      const now = time.now()
      const [row] = await sql<{ next: Date | null }[]>`
        select min(at) as next from (
          select scheduled_for - ${ms(ahead)} as at from ${open} and status = 'pending' and not is_queued and retry_at is null
          union all select scheduled_for + ${ms(1)} from ${open} and status = 'accepted' and not is_queued and retry_at is null
          union all select retry_at from ${open} and retry_at is not null
          union all select owner_awaited_until - ${ms(ahead)} from ${open} and owner_awaited_until is not null
          union all select held_until from ${waiting}
          union all select held_until - ${ms(ahead)} from ${waiting}
          union all select available_from from call_queue where status in ('pending', 'assigned')
          union all select available_from + ${ms(rerouteAfterMs + 1)} from ${waiting}
          union all select available_until from ${waiting}
          union all select on_hold_until from call_queue where status in ('pending', 'assigned')
          ${escalations}
        ) as moments
        where at > ${now}`
      return row!.next && Math.ceil(row!.next.getTime() / minuteMs) * minuteMs
    },
    async audit() {
      await keepCalendars(deps)
      await prune(deps, new AbortController().signal)
      const { wrong } = await auditRows(deps)
      await settleLanes(engine)
      const lanes = await auditLanes(sql, engine.redis, engine.redisPrefix)
      return { rows: wrong, lanes: lanes.filter(({ inSync }) => !inSync) }
    },
    async trace() {
      const rows = await sql`
        select (select sum(version)::text from call_queue where status in ('pending', 'assigned', 'in_progress')) as entries,
          (select count(*)::int from call_queue) as entry_count,
          (select count(*)::int from callback_notifications) as history`
      return rows[0]
    },
  }
}
