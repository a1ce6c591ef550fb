import { join } from 'node:path'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople } from './due-callbacks.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { compare, type Comparison } from './rounds.ts'
import { rateOfTick } from './timed-tick.ts'
import { startWorkers, type Workers } from './worker-processes.ts'

/**
 * Two jobs at once in a process, so that it waits for Postgres most of the time: a statement costs both sides together
 * about a millisecond of a core. With twenty jobs one process takes three quarters of a core, four of them more than two
 * cores have, and the figures would tell of the machine and not of workers that stand in each other's way.
 */
const env = {
  WORKER_CONCURRENCY: '2',
  NODE_OPTIONS: `--import ${join(import.meta.dirname, 'slow-postgres.ts')}`,
}

/** The tick with more worker processes against one, when each statement takes 5 ms more. */
export async function workers({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const callbacks = isQuick ? 30 : 150
  const crews: { engine: BenchEngine; workers: Workers }[] = []

  async function rateWith(count: number): Promise<() => Promise<{ rate: number }>> {
    const engine = await openBenchEngine(services, `workers_${count}`)
    await addPeople(engine)
    crews.push({ engine, workers: await startWorkers(engine, count, env) })
    return async () => ({ rate: await rateOfTick(engine, callbacks) })
  }

  try {
    const rival = await rateWith(1)
    const results: Comparison[] = []
    for (const { count, atLeast } of [
      { count: 2, atLeast: 1.7 },
      { count: 4, atLeast: 3.2 },
    ]) {
      results.push(
        ...(await compare({
          name: `workers-${count}`,
          rounds: isQuick ? 2 : 5,
          ours: await rateWith(count),
          rival,
          goals: { rate: { unit: 'callbacks/s', atLeast } },
        })),
      )
    }
    return results
  } finally {
    for (const { engine, workers: running } of crews) {
      await running.stop()
      await engine.close()
    }
  }
}
