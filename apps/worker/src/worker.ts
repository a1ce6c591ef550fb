import {
  actingAs,
  engineTask,
  fillPhoneNumbers,
  followTzData,
  healTicks,
  keepCalendars,
  planAnew,
  prune,
  queueOn,
  reconciler,
  repeat,
  reportOf,
  rowAuditor,
  stopwatch,
  sweepLostAgents,
  takeOutClosed,
  tzDataEveryMs,
  watchAlerts,
  type Deps,
  type Engine,
  type TaskReport,
} from '@ringback/core'
import { inTransaction } from '@ringback/db'
import { beatEveryMs, noteBeat } from './beat.ts'
import { startJobWorkers, type WorkerOptions } from './job-workers.ts'
import { ensureScheduled } from './scheduler.ts'
import { webhookSender } from './webhooks/sender.ts'
import { onWakeUp } from './webhooks/wake-up.ts'

export interface RunningWorker {
  /** Finishes the jobs at work and stops. */
  close(): Promise<void>
}

const reconcileEveryMs = 2_000
const dailyMs = 24 * 60 * 60_000

/**
 * Starts the jobs and the tasks that keep the system whole: ticks on time, lanes equal to Postgres, lost agents
 * noticed, alerts told. Any number of workers may run; where one is enough, they agree in Postgres who it is.
 */
export function startWorker(
  engine: Engine,
  options: WorkerOptions & {
    /** The file in which it shows that it works; without one it does not. */
    beatFile?: string | undefined
  },
): RunningWorker {
  const { beatFile } = options
  const { deps, redis, redisPrefix: prefix, clock, sql } = engine
  const { log, telemetry } = deps
  const tickQueue = queueOn(redis, prefix, 'tick')
  const reconcile = reconciler(redis, { prefix, clock: deps.clock, log, restMs: reconcileEveryMs * 0.75 })
  const auditRows = rowAuditor()
  type Work = (deps: Deps) => Promise<TaskReport | void>
  const every = (everyMs: number, name: string, work: Work, firstAfterMs = 0) => {
    const acting = actingAs(deps, engineTask(name))
    return repeat(
      name,
      { everyMs, firstAfterMs },
      () => clock.ready().then(() => measured(name, () => work(acting))),
      log,
    )
  }
  async function measured<T>(task: string, work: () => Promise<T>): Promise<T> {
    const seconds = stopwatch()
    const tell = (result: 'done' | 'failed') =>
      telemetry.observe('ringback_task_duration_seconds', { task, result }, seconds())
    try {
      const done = await work()
      tell('done')
      return done
    } catch (error) {
      tell('failed')
      throw error
    }
  }
  const everyWithRedis = (everyMs: number, name: string, work: Work) =>
    every(everyMs, name, async (acting) => (redis.status === 'ready' ? work(acting) : undefined))

  const stopping = new AbortController()
  const workers = startJobWorkers(engine, options)
  const sender = webhookSender(engine)
  const wakeUps = onWakeUp(engine, sender.wake)
  const tasks = [
    every(15_000, 'clock', () => clock.sync()),
    everyWithRedis(5_000, 'scheduler', async () => reportOf({ scheduled: Number(await ensureScheduled(tickQueue)) })),
    every(10_000, 'ticks', (acting) => healTicks(acting).then((runId) => reportOf({ runId }, runId !== undefined))),
    everyWithRedis(reconcileEveryMs, 'lanes', () =>
      inTransaction(sql, reconcile).then((pass) => {
        if (pass.kind === 'rebuilt') telemetry.count('ringback_lane_rebuilds_total', {})
        if (pass.kind === 'repaired') telemetry.count('ringback_lane_differences_total', {}, pass.differences)
        return reportOf(pass, pass.kind === 'rebuilt' || pass.kind === 'repaired')
      }),
    ),
    every(5_000, 'presence', async (acting) => reportOf({ lost: (await sweepLostAgents(acting)).length })),
    every(5_000, 'hours', async (acting) => reportOf(await takeOutClosed(acting))),
    every(5_000, 'plans', async (acting) => reportOf({ ...(await planAnew(acting)) })),
    every(5_000, 'rows', (acting) => auditRows(acting).then((found) => reportOf(found, found.repaired > 0))),
    // Not before the first ticks: a system that has just started is not late.
    every(
      15_000,
      'alerts',
      (acting) => watchAlerts(acting).then((seen) => reportOf(seen, seen.begun + seen.ended > 0)),
      15_000,
    ),
    every(1_000, 'webhooks', async () => reportOf(await sender.tell())),
    every(dailyMs, 'calendars', async (acting) => reportOf(await keepCalendars(acting))),
    every(tzDataEveryMs, 'time zones', async (acting) => reportOf({ ...(await followTzData(acting)) })),
    every(60 * 60_000, 'pruning', async (acting) => reportOf(await prune(acting, stopping.signal))),
    every(60 * 60_000, 'phone numbers', async (acting) => reportOf(await fillPhoneNumbers(acting, stopping.signal))),
    ...(beatFile === undefined ? [] : [every(beatEveryMs, 'beat', () => beat(beatFile))]),
  ]

  /** Asks Postgres and Redis over the connections of the work itself: a worker that cannot use them shows no life. */
  async function beat(file: string) {
    await Promise.all([sql`select`, workers.answered()])
    await noteBeat(file)
  }

  return {
    async close() {
      stopping.abort()
      wakeUps.close()
      await Promise.all([sender.close(), workers.close()])
      await Promise.all(tasks.map((task) => task.stop()))
      await tickQueue.close()
    },
  }
}
