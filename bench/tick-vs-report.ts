import type { BenchOptions } from './benchmarks.ts'
import { addPeople, makeDue } from './due-callbacks.ts'
import { openBenchEngine } from './engine.ts'
import { runReportCron } from './report-cron.ts'
import { compare, millisecondsOf, type Comparison } from './rounds.ts'
import { rateOfTick } from './timed-tick.ts'
import { startWorkers } from './worker-processes.ts'

/** A tick and two worker processes against the loop that Ringback replaces: callbacks that come into a queue a second. */
export async function tickVsReport({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const ours = await openBenchEngine(services, 'tick')
  const report = await openBenchEngine(services, 'report')
  for (const engine of [ours, report]) await addPeople(engine)
  const workers = await startWorkers(ours, 2)
  const callbacks = isQuick ? 2_000 : 20_000
  try {
    return await compare({
      name: 'tick-vs-report',
      rounds: isQuick ? 2 : 5,
      ours: async () => ({ rate: await rateOfTick(ours, callbacks) }),
      rival: async () => {
        await makeDue(report, callbacks / 20)
        const ms = await millisecondsOf(() => runReportCron(report.sql))
        return { rate: callbacks / 20 / (ms / 1_000) }
      },
      goals: { rate: { unit: 'callbacks/s', atLeast: 7 } },
    })
  } finally {
    await workers.stop()
    await ours.close()
    await report.close()
  }
}
