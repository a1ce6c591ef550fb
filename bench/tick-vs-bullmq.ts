import { queueNames } from '@ringback/core'
import { Queue } from 'bullmq'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople, makeDue } from './due-callbacks.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { compare, millisecondsOf, type Comparison, type Goal } from './rounds.ts'
import { runJobs } from './run-jobs.ts'
import { rateOfTick } from './timed-tick.ts'
import { startRivalWorkers, startWorkers, type RivalWorker } from './worker-processes.ts'

/** A tick against BullMQ alone with the same jobs: what our own work costs next to it. */
export const tickVsBullmq = (options: BenchOptions): Promise<Comparison[]> =>
  compareTick(options, 'tick-vs-bullmq', 'idle-worker', { unit: 'callbacks/s', atLeast: 0.7 })

/** A tick against the least that writes the same: BullMQ, and by hand the rows and sorted sets of each job. */
export const tickSameWrites = (options: BenchOptions): Promise<Comparison[]> =>
  compareTick(options, 'tick-same-writes', 'writing-worker', { unit: 'callbacks/s', atLeast: 0.7 })

async function compareTick(
  { services, isQuick }: BenchOptions,
  name: string,
  rivalWorker: RivalWorker,
  goal: Goal,
): Promise<Comparison[]> {
  const database = name.replaceAll('-', '_')
  const ours = await openBenchEngine(services, database)
  const rival = await openBenchEngine(services, `${database}_rival`)
  for (const engine of [ours, rival]) await addPeople(engine)
  const queue = new Queue(queueNames.routing, { connection: rival.patientRedis, prefix: rival.redisPrefix })
  const workers = [await startWorkers(ours, 2), await startRivalWorkers(rival, rivalWorker, 2)]
  const callbacks = isQuick ? 2_000 : 20_000
  try {
    return await compare({
      name,
      rounds: isQuick ? 2 : 5,
      ours: async () => ({ rate: await rateOfTick(ours, callbacks) }),
      rival: async () => {
        await makeDue(rival, callbacks)
        const ids = await callbackIds(rival)
        const ms = await millisecondsOf(() => runJobs(queue, ids))
        return { rate: callbacks / (ms / 1_000) }
      },
      goals: { rate: goal },
    })
  } finally {
    for (const each of workers) await each.stop()
    await queue.close()
    for (const engine of [ours, rival]) await engine.close()
  }
}

async function callbackIds({ sql }: BenchEngine): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from callbacks order by scheduled_for`
  return rows.map(({ id }) => id)
}
