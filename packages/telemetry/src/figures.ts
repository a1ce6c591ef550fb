import {
  alertNames,
  alertRules,
  atMostEvery,
  countInLanes,
  listQueues,
  monitor,
  queueNames,
  queueOn,
  watchedHours,
  type Engine,
  type GaugeName,
} from '@ringback/core'
import { engineConnections, overview } from '@ringback/db'
import type { SetGauge } from './metrics.ts'

/** However often somebody asks, no more often than this are Postgres and Redis. */
const readEveryMs = 5_000
/** What has not answered by then is left out: whoever asks for metrics must not wait for it. */
const deadlineMs = 4_000
/** No more queues than these are told of by name, the oldest; the rest together. */
const queuesNamed = 100

/** A part of the figures: what it reads, and the gauges that are absent when that fails. */
interface Part {
  gauges: GaugeName[]
  read: () => Promise<void>
}

/**
 * Returns a look at the whole installation, as Postgres and Redis know it, which sets the gauges that tell of it. Each part
 * stands by itself: what cannot be read is absent.
 */
export function installationFigures(engine: Engine, set: SetGauge): () => Promise<void> {
  const { deps, sql, redis, redisPrefix } = engine
  const bullQueues = (Object.keys(queueNames) as (keyof typeof queueNames)[]).map((name) =>
    queueOn(redis, redisPrefix, name),
  )
  const only = (name: GaugeName, value: number | null) => set(name, value === null ? [] : [[{} as never, value]])
  const ratio = (percent: number | null) => (percent === null ? null : percent / 100)

  const parts: Part[] = [
    {
      gauges: [
        'ringback_alert',
        'ringback_callbacks_overdue',
        'ringback_callbacks_failing',
        'ringback_callbacks_escalated',
        'ringback_callbacks_owner_missing',
        'ringback_health_ratio',
        'ringback_conversion_ratio',
        'ringback_assignment_ratio',
        'ringback_calls_without_outcome',
        'ringback_tick_last_finished_timestamp_seconds',
        'ringback_webhooks_failing',
        'ringback_webhooks_switched_off',
      ],
      async read() {
        const { alerts, callbacks, cron, problematicSessions, webhooks, ...figures } = await monitor(deps, {
          hours: watchedHours,
        })
        const standing = new Set(alerts.map(({ name }) => name))
        set(
          'ringback_alert',
          alertNames.map((name) => [{ name, severity: alertRules[name].severity }, Number(standing.has(name))]),
        )
        only('ringback_callbacks_overdue', callbacks.overdue)
        only('ringback_callbacks_failing', callbacks.failing)
        only('ringback_callbacks_escalated', callbacks.escalated)
        only('ringback_callbacks_owner_missing', callbacks.ownerMissing)
        only('ringback_health_ratio', ratio(figures.healthScore))
        only('ringback_conversion_ratio', ratio(figures.callbackConversionRate))
        only('ringback_assignment_ratio', ratio(figures.agentAssignmentSuccessRate))
        only('ringback_calls_without_outcome', problematicSessions.count)
        only(
          'ringback_tick_last_finished_timestamp_seconds',
          cron.lastFinishedAt && cron.lastFinishedAt.getTime() / 1_000,
        )
        only('ringback_webhooks_failing', webhooks.failing)
        only('ringback_webhooks_switched_off', webhooks.switchedOff)
      },
    },
    {
      gauges: ['ringback_oldest_due_seconds', 'ringback_agents', 'ringback_postgres_connections'],
      async read() {
        const now = deps.clock.now()
        const [oldest, agents, connections] = await Promise.all([
          overview.listOverdue(sql, now, 1),
          overview.countAgents(sql),
          engineConnections.count(sql),
        ])
        const dueAt = oldest[0]?.callback.scheduledFor.getTime() ?? now.getTime()
        only('ringback_oldest_due_seconds', (now.getTime() - dueAt) / 1_000)
        set(
          'ringback_agents',
          agents.map(({ status, agents: count }) => [{ status }, count]),
        )
        set(
          'ringback_postgres_connections',
          connections.map(({ application, state, connections: count }) => [{ application, state }, count]),
        )
      },
    },
    {
      gauges: ['ringback_queue_entries', 'ringback_queue_claimed_entries', 'ringback_queue_available_agents'],
      async read() {
        const queues = await listQueues(deps)
        const named = sumByQueue(
          queues.map(({ queueType, waiting, waitingCallbacks, waitingAccepted, inProgress, availableAgents }) => [
            queueType,
            {
              accepted: waitingAccepted,
              callback: waitingCallbacks - waitingAccepted,
              ordinary: waiting - waitingCallbacks,
              claimed: inProgress,
              available: availableAgents,
            },
          ]),
        )
        const classes = ['accepted', 'callback', 'ordinary'] as const
        set(
          'ringback_queue_entries',
          named.flatMap(([queue_type, counts]) =>
            classes.map((name): [{ queue_type: string; class: string }, number] => [
              { queue_type, class: name },
              counts[name],
            ]),
          ),
        )
        set(
          'ringback_queue_claimed_entries',
          named.map(([queue_type, { claimed }]) => [{ queue_type }, claimed]),
        )
        set(
          'ringback_queue_available_agents',
          named.map(([queue_type, { available }]) => [{ queue_type }, available]),
        )
      },
    },
    {
      gauges: ['ringback_postgres_up'],
      read: async () => {
        await sql`select`
        only('ringback_postgres_up', 1)
      },
    },
    {
      gauges: ['ringback_redis_up'],
      read: async () => {
        await redis.exists(redisPrefix)
        only('ringback_redis_up', 1)
      },
    },
    {
      gauges: ['ringback_lane_entries', 'ringback_jobs'],
      async read() {
        const [inLanes, jobs] = await Promise.all([
          countInLanes(redis, redisPrefix),
          Promise.all(bullQueues.map(async (queue) => ({ queue: queue.name, counts: await queue.getJobCounts() }))),
        ])
        set(
          'ringback_lane_entries',
          sumByQueue([...inLanes].map(([queueType, entries]) => [queueType, { entries }])).map(
            ([queue_type, { entries }]) => [{ queue_type }, entries],
          ),
        )
        set(
          'ringback_jobs',
          jobs.flatMap(({ queue, counts }) =>
            Object.entries(counts).map(([state, count]): [{ queue: string; state: string }, number] => [
              { queue, state },
              count,
            ]),
          ),
        )
      },
    },
  ]
  const isUp = new Set<GaugeName>(['ringback_postgres_up', 'ringback_redis_up'])
  const looks = parts.map(({ gauges, read }) => ({ gauges, look: atMostEvery(readEveryMs, read) }))

  return async function readFigures() {
    await Promise.all(
      looks.map(async ({ gauges, look }) => {
        try {
          await withDeadline(look())
        } catch (error) {
          deps.log.debug({ err: error, gauges }, 'figures for metrics not read')
          for (const gauge of gauges) only(gauge, isUp.has(gauge) ? 0 : null)
        }
      }),
    )
  }
}

/** Figures by queue, those of all queues but the first hundred under `other`. */
function sumByQueue<Figures extends Record<string, number>>(queues: [string, Figures][]): [string, Figures][] {
  const named = queues.slice(0, queuesNamed)
  const [first, ...others] = queues.slice(queuesNamed).map(([, figures]) => figures)
  if (!first) return named
  const sum = others.reduce<Record<string, number>>(
    (sums, figures) => Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value + figures[name]!])),
    first,
  )
  return [...named, ['other', sum as Figures]]
}

async function withDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within the deadline')), deadlineMs)
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
