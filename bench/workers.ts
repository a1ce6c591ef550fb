import { join } from 'node:path'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople } from './due-callbacks.ts'
import { openBenchEngine } from './engine.ts'
import { compare, type Comparison, type Measure } from './rounds.ts'
import { rateOfTick } from './timed-tick.ts'
import { startWorkers } from './worker-processes.ts'

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
  const callbacks = isQuick ? 20 : 150
  await using opened = new AsyncDisposableStack()

  async function open(count: number): Promise<Measure<'rate'>> {
    const engine = await openBenchEngine(services, `workers-${count}`)
    opened.defer(() => engine.close())
    await addPeople(engine)
    const running = await startWorkers(engine, count, env)
    opened.defer(() => running.stop())
    return async () => ({ rate: await rateOfTick(engine, callbacks) })
  }

  const [rival, two, four] = await Promise.all([open(1), open(2), open(4)])
  const contest = (name: string, ours: Measure<'rate'>, atLeast: number) => ({
    name,
    ours,
    rival,
    goals: { rate: { unit: 'callbacks/s', atLeast } },
  })
  return await compare(isQuick ? 1 : 5, [contest('workers-2', two, 1.7), contest('workers-4', four, 3.2)])
}
