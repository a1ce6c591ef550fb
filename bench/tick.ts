import { queueNames } from '@ringback/core'
import { Queue } from 'bullmq'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople, listDue, makeDue } from './due-callbacks.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { liftRules, runReportCron } from './report-cron.ts'
import { compare, millisecondsOf, type Comparison, type Measure } from './rounds.ts'
import { runJobs } from './run-jobs.ts'
import { rateOfTick } from './timed-tick.ts'
import { startRivalWorkers, startWorkers, type RivalWorker } from './worker-processes.ts'

/**
 * A tick and two worker processes against three rivals:
 *
 * - the loop that Ringback replaces, with a twentieth of the callbacks, as it takes long for each;
 * - BullMQ alone with the same jobs: what our own work costs next to it;
 * - the least that writes the same: BullMQ, and by hand the rows and sorted sets of each job.
 */
export async function tick({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const callbacks = isQuick ? 1_000 : 20_000
  await using opened = new AsyncDisposableStack()

  async function open(name: string): Promise<BenchEngine> {
    const engine = await openBenchEngine(services, name)
    opened.defer(() => engine.close())
    await addPeople(engine)
    return engine
  }

  async function openTick(): Promise<Measure<'rate'>> {
    const engine = await open('tick')
    const workers = await startWorkers(engine, 2)
    opened.defer(() => workers.stop())
    return async () => ({ rate: await rateOfTick(engine, callbacks) })
  }

  async function openReport(): Promise<Measure<'rate'>> {
    const engine = await open('report')
    await liftRules(engine.sql)
    return async () => {
      await makeDue(engine, callbacks / 20)
      return rateOf(callbacks / 20, () => runReportCron(engine.sql, new Date()))
    }
  }

  async function openBullmq(worker: RivalWorker): Promise<Measure<'rate'>> {
    const engine = await open(worker)
    const queue = new Queue(queueNames.routing, { connection: engine.patientRedis, prefix: engine.redisPrefix })
    opened.defer(() => queue.close())
    const workers = await startRivalWorkers(engine, worker, 2)
    opened.defer(() => workers.stop())
    return async () => {
      await makeDue(engine, callbacks)
      const due = await listDue(engine)
      return rateOf(callbacks, () => runJobs(queue, due))
    }
  }

  const [ours, report, bullmq, byHand] = await Promise.all([
    openTick(),
    openReport(),
    openBullmq('idle-worker'),
    openBullmq('writing-worker'),
  ])
  const contest = (name: string, rival: Measure<'rate'>, atLeast: number) => ({
    name,
    ours,
    rival,
    goals: { rate: { unit: 'callbacks/s', atLeast } },
  })
  return await compare(isQuick ? 1 : 9, [
    contest('tick-vs-report', report, 6),
    contest('tick-vs-bullmq', bullmq, 0.7),
    contest('tick-same-writes', byHand, 0.7),
  ])
}

async function rateOf(callbacks: number, work: () => Promise<unknown>): Promise<{ rate: number }> {
  return { rate: callbacks / ((await millisecondsOf(work)) / 1_000) }
}
