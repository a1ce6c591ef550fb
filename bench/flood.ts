import type { BenchOptions } from './benchmarks.ts'
import { addPeople, makeDue } from './due-callbacks.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { compare, type Comparison, type Measure } from './rounds.ts'
import { millisecondsOfTick } from './timed-tick.ts'
import { startWorkers } from './worker-processes.ts'

const honest = 1_000
/** Of those who have no other callback. */
const floodedUser = 20_000

/**
 * A tick with the due callbacks of a thousand users, while one user has twelve thousand that were due long before, against
 * the same without those: nobody waits behind a flood.
 */
export async function flood({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  await using opened = new AsyncDisposableStack()

  async function open(name: string, flooding: number): Promise<Measure<'latency'>> {
    const engine = await openBenchEngine(services, name)
    opened.defer(() => engine.close())
    await addPeople(engine)
    const workers = await startWorkers(engine, 1)
    opened.defer(() => workers.stop())
    return async () => {
      await makeDue(engine, honest)
      await addFlood(engine, flooding)
      return { latency: await millisecondsOfTick(engine, honest + (flooding > 0 ? 1 : 0)) }
    }
  }

  const [ours, rival] = await Promise.all([open('flood', isQuick ? 3_000 : 12_000), open('no-flood', 0)])
  return await compare(isQuick ? 1 : 9, [
    { name: 'flood', ours, rival, goals: { latency: { unit: 'ms', atMost: 1.5 } } },
  ])
}

async function addFlood({ sql }: BenchEngine, count: number): Promise<void> {
  await sql`
    insert into callbacks (user_id, scheduled_for, created_at, updated_at)
    select ${floodedUser}, now() - interval '1 hour' - n * interval '1 second', now(), now()
    from generate_series(1, ${count}::int) n`
  await sql`analyze callbacks`
}
