import { connectRedis, patient, queueNames, type Engine } from '@ringback/core'
import { Worker, type Processor } from 'bullmq'
import { jobHandlers } from './jobs.ts'

export interface WorkerOptions {
  redisUrl: string
  redisPrefix: string
  /** Routing jobs at work at the same time. */
  concurrency: number
}

/** The workers of BullMQ, by queue. */
export interface JobWorkers extends Record<keyof typeof queueNames, Worker> {
  /** Finishes the jobs at work and stops. */
  close(): Promise<void>
}

/** Starts the workers that do the jobs, and nothing else: who ticks, sweeps and reconciles is for the caller to say. */
export function startJobWorkers(
  { deps, clock }: Engine,
  { redisUrl, redisPrefix, concurrency }: WorkerOptions,
): JobWorkers {
  const { log } = deps
  const connection = connectRedis(redisUrl, patient, log)
  const handlers = jobHandlers(deps)
  const limits = {
    connection,
    prefix: redisPrefix,
    lockDuration: 30_000,
    stalledInterval: 15_000,
    maxStalledCount: 1,
    maxStartedAttempts: 5,
  }

  const start = (name: keyof typeof queueNames, jobsAtOnce: number) => {
    const processor: Processor = async (job) => {
      await clock.ready()
      return handlers[name](job)
    }
    const worker = new Worker(queueNames[name], processor, { ...limits, concurrency: jobsAtOnce })
    worker.on('error', (error) => log.debug({ queue: worker.name, reason: error.message }, 'worker error'))
    worker.on('failed', (job, error) => {
      log.warn({ queue: worker.name, jobId: job?.id, reason: error.message }, 'job failed')
    })
    worker.on('stalled', (jobId) => log.warn({ queue: worker.name, jobId }, 'job stalled; taken over'))
    return worker
  }

  const workers = { routing: start('routing', concurrency), tick: start('tick', 1) }
  return {
    ...workers,
    async close() {
      await Promise.all(Object.values(workers).map((worker) => worker.close()))
      connection.disconnect()
    },
  }
}
