import {
  connectRedis,
  healTicks,
  patient,
  prune,
  queueNames,
  queueOn,
  reconciler,
  sweepLostAgents,
  watchAlerts,
  type Engine,
} from '@ringback/core'
import { inTransaction } from '@ringback/db'
import { Worker, type Processor } from 'bullmq'
import { jobHandlers } from './jobs.ts'
import { repeat } from './repeat.ts'
import { ensureScheduled } from './scheduler.ts'

export interface WorkerOptions {
  redisUrl: string
  redisPrefix: string
  /** Routing jobs at work at the same time. */
  concurrency: number
}

export interface RunningWorker {
  /** Finishes the jobs at work and stops. */
  close(): Promise<void>
}

/**
 * Starts the jobs and the tasks that keep the system whole: ticks on time, lanes equal to Postgres, lost agents
 * noticed, alerts told. Any number of workers may run; where one is enough, they agree in Postgres who it is.
 */
export function startWorker(engine: Engine, { redisUrl, redisPrefix, concurrency }: WorkerOptions): RunningWorker {
  const { deps, redis, clock, sql } = engine
  const { log } = deps
  const connection = connectRedis(redisUrl, patient, log)
  const tickQueue = queueOn(redis, redisPrefix, 'tick')
  const handlers = jobHandlers(deps)
  const reconcile = reconciler(redis, { prefix: redisPrefix, clock: deps.clock, log })
  const ifRedisIsUp = (work: () => Promise<unknown>) => async () => redis.status === 'ready' && (await work())
  const every = (ms: number, name: string, work: () => Promise<unknown>) =>
    repeat(name, ms, () => clock.ready().then(work), log)

  const limits = {
    connection,
    prefix: redisPrefix,
    lockDuration: 30_000,
    stalledInterval: 15_000,
    maxStalledCount: 1,
    maxStartedAttempts: 5,
  }
  const start = (name: keyof typeof queueNames, concurrency: number) => {
    const processor: Processor = async (job) => {
      await clock.ready()
      return handlers[name](job)
    }
    const worker = new Worker(queueNames[name], processor, { ...limits, concurrency })
    worker.on('error', (error) => log.debug({ queue: worker.name, reason: error.message }, 'worker error'))
    worker.on('failed', (job, error) => {
      log.warn({ queue: worker.name, jobId: job?.id, reason: error.message }, 'job failed')
    })
    worker.on('stalled', (jobId) => log.warn({ queue: worker.name, jobId }, 'job stalled; taken over'))
    return worker
  }
  const workers = [start('routing', concurrency), start('tick', 1)]

  const tasks = [
    every(15_000, 'clock', () => clock.sync()),
    every(5_000, 'scheduler', ifRedisIsUp(() => ensureScheduled(tickQueue))),
    every(10_000, 'ticks', () => healTicks(deps)),
    every(2_000, 'lanes', ifRedisIsUp(() => inTransaction(sql, reconcile))),
    every(5_000, 'presence', () => sweepLostAgents(deps)),
    every(15_000, 'alerts', () => watchAlerts(deps)),
    every(60 * 60_000, 'pruning', () => prune(deps)),
  ]

  return {
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
      await Promise.all(tasks.map((task) => task.stop()))
      await tickQueue.close()
      connection.disconnect()
    },
  }
}
