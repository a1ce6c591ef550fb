import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { queueNames, routingOptions } from '@ringback/core'
import { Queue } from 'bullmq'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople } from './due-callbacks.ts'
import { openBenchEngine } from './engine.ts'
import { compare, millisecondsOf, type Comparison } from './rounds.ts'
import { rateOfTick } from './timed-tick.ts'
import { startIdleWorkers, startWorkers } from './worker-processes.ts'

const jobsPerCall = 1_000

/** A tick against BullMQ alone with the same jobs: what our own work costs next to it. */
export async function tickVsBullmq({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const engine = await openBenchEngine(services, 'tick_jobs')
  await addPeople(engine)
  const { redisUrl, patientRedis: connection } = engine
  const redisPrefix = `{bench-jobs-${process.pid}}`
  const queue = new Queue(queueNames.routing, { connection, prefix: redisPrefix })
  const workers = [await startWorkers(engine, 2), await startIdleWorkers({ redisUrl, redisPrefix }, 2)]
  const callbacks = isQuick ? 2_000 : 20_000
  try {
    return await compare({
      name: 'tick-vs-bullmq',
      rounds: isQuick ? 2 : 7,
      ours: async () => ({ rate: await rateOfTick(engine, callbacks) }),
      rival: async () => ({ rate: await rateOfJobs(queue, callbacks) }),
      goals: { rate: { unit: 'callbacks/s', atLeast: 0.7 } },
    })
  } finally {
    for (const each of workers) await each.stop()
    await queue.close()
    await engine.close()
  }
}

/** Jobs a second, from the first that is added to the last that is done. */
async function rateOfJobs(queue: Queue, count: number): Promise<number> {
  const runId = randomUUID()
  const jobs = Array.from({ length: count }, () => {
    const data = { callbackId: randomUUID(), runId }
    return { name: 'route', data, opts: routingOptions(data) }
  })
  const ms = await millisecondsOf(async () => {
    for (let start = 0; start < count; start += jobsPerCall) await queue.addBulk(jobs.slice(start, start + jobsPerCall))
    while ((await queue.getJobCountByTypes('wait', 'active')) > 0) await delay(5)
  })
  return count / (ms / 1_000)
}
