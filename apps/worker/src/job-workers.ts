import { carriedTrace, keptJobs, patient, queueNames, reasonOf, stopwatch, type Engine } from '@ringback/core'
import { UnrecoverableError, type Job, type Processor, type Worker } from 'bullmq'
import { explainFailure } from './explain-failure.ts'
import { GuardedWorker } from './guarded-worker.ts'
import { jobHandlers, noteFailedJob } from './jobs.ts'

export interface WorkerOptions {
  /** Routing jobs at work at the same time. */
  concurrency: number
}

/** The workers of BullMQ, by queue. */
export interface JobWorkers extends Record<keyof typeof queueNames, Worker> {
  /** Resolves when all of them run and Redis has answered on their connection; waits for Redis as long as it takes. */
  answered(): Promise<void>
  /** Finishes the jobs at work and stops. */
  close(): Promise<void>
}

/** Starts the workers that do the jobs, and nothing else: who ticks, sweeps and reconciles is for the caller to say. */
export function startJobWorkers(
  { deps, clock, openRedis, redisPrefix }: Engine,
  { concurrency }: WorkerOptions,
): JobWorkers {
  const { log, telemetry } = deps
  const connection = openRedis(patient)
  const stopping = new AbortController()
  const handlers = jobHandlers(deps, concurrency, stopping.signal)
  const limits = {
    connection,
    prefix: redisPrefix,
    ...keptJobs,
    // The jobs of a worker that died stay locked for 20 s at most, and the next check gives them to others. Checks are
    // 10 s apart; the first one may take 20 s, when the worker that died had just checked, and by then no lock is older.
    // So they are at work again within 30 s, half of what is promised.
    lockDuration: 20_000,
    stalledInterval: 10_000,
    maxStalledCount: 1,
    maxStartedAttempts: 5,
  }

  const notes = new Set<Promise<void>>()
  function note(job: Job, write: () => Promise<unknown>, otherwise: string) {
    const written = writeDown().finally(() => notes.delete(written))
    notes.add(written)

    async function writeDown() {
      try {
        await write()
      } catch (error) {
        log.error({ jobId: job.id, err: error }, otherwise)
      }
    }
  }

  const start = (name: keyof typeof queueNames, jobsAtOnce: number) => {
    const processor: Processor = async (job) => {
      const seconds = stopwatch()
      const tell = (result: 'completed' | 'failed') =>
        telemetry.observe('ringback_job_duration_seconds', { queue: queueNames[name], result }, seconds())
      const facts = {
        'messaging.system': 'bullmq',
        'messaging.destination.name': queueNames[name],
        'ringback.job_id': job.id,
      }
      try {
        await clock.ready()
        const result = await telemetry.resume(`job ${name}`, [carriedTrace(job)], facts, async (): Promise<unknown> =>
          handlers[name](job),
        )
        tell('completed')
        return result
      } catch (error) {
        tell('failed')
        if (error instanceof UnrecoverableError) throw error
        log.error({ queue: worker.name, jobId: job.id, err: error }, 'job threw')
        throw new Error(reasonOf(error), { cause: error }) // BullMQ keeps the message for all to read.
      }
    }
    const worker = new GuardedWorker(queueNames[name], processor, { ...limits, concurrency: jobsAtOnce })
    worker.on('error', (error) => log.debug({ queue: worker.name, reason: error.message }, 'worker error'))
    worker.on('failed', (job, error) => {
      log.warn({ queue: worker.name, jobId: job?.id, reason: error.message }, 'job failed')
      if (!job) return
      note(job, () => job.log(explainFailure(name, job, error)), 'failure not written into the log of its job')
      if (name === 'routing' && job.finishedOn !== undefined) {
        note(job, () => noteFailedJob(deps, job, error), 'failed routing not noted')
      }
    })
    // A job that has stalled may be what ended its worker. While such jobs come, one is fetched at a time: a job that
    // stalls twice is given up, and the culprit shall take none of the others with it.
    worker.on('active', (job) => {
      worker.concurrency = job.stalledCounter > 0 ? 1 : jobsAtOnce
    })
    worker.on('stalled', (jobId) => {
      log.warn({ queue: worker.name, jobId }, 'job stalled; taken over')
      telemetry.count('ringback_jobs_stalled_total', { queue: worker.name })
    })
    return worker
  }

  const workers = { routing: start('routing', concurrency), tick: start('tick', 1) }
  return {
    ...workers,
    async answered() {
      await connection.exists(redisPrefix)
      for (const worker of Object.values(workers))
        if (!worker.isRunning()) throw new Error(`${worker.name} has stopped`)
    },
    async close() {
      stopping.abort()
      await Promise.all(Object.values(workers).map((worker) => worker.close()))
      await Promise.all(notes)
      connection.disconnect()
    },
  }
}
