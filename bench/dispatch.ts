import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { routingPayloadOf, type RoutingPayload } from '@ringback/core'
import { makeWorkerUtils } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople, listDue, makeDue, requireQueued } from './due-callbacks.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { compare, millisecondsOf, type Comparison, type Measure } from './rounds.ts'
import { rateOfTick } from './timed-tick.ts'
import { startRivalWorkers, startWorkers } from './worker-processes.ts'

const queue = 'routing'
const workersOfEach = 2
const jobsPerCall = 1_000
const pollMs = 20

/**
 * A tick against other queues of jobs, which need no more than Postgres: from 20,000 due callbacks to their rows, with a job for
 * each and two worker processes. Both queues have their batching on, fetch and complete hundreds of jobs at once, and their
 * handlers write the rows of a tick without its checks and without lanes: a callback in a transaction, as one that fails must
 * hold up no other. `-together` lets a handler of pg-boss write all that it was handed in one transaction, and one that fails
 * hold up the others.
 */
export async function dispatch({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const callbacks = isQuick ? 2_000 : 20_000
  await using opened = new AsyncDisposableStack()

  async function open(name: string): Promise<BenchEngine> {
    const engine = await openBenchEngine(services, name)
    opened.defer(() => engine.close())
    await addPeople(engine)
    return engine
  }

  async function openTick(): Promise<Measure<'rate'>> {
    const engine = await open('dispatch')
    const workers = await startWorkers(engine, workersOfEach)
    opened.defer(() => workers.stop())
    return async () => {
      const rate = await rateOfTick(engine, callbacks)
      await requireQueued(engine, callbacks)
      return { rate }
    }
  }

  /** Measures from when it is asked what is due until every callback is queued and every job done. */
  function rateOfJobs(engine: BenchEngine, { add, areDone, forget }: JobQueue): Measure<'rate'> {
    return async () => {
      await forget()
      await makeDue(engine, callbacks)
      const ms = await millisecondsOf(async () => {
        const runId = randomUUID()
        const jobs = (await listDue(engine)).map((callback) => routingPayloadOf(callback, runId))
        for (let start = 0; start < jobs.length; start += jobsPerCall) await add(jobs.slice(start, start + jobsPerCall))
        while (await haveUnqueued(engine)) await delay(pollMs)
        while (!(await areDone())) await delay(pollMs)
      })
      await requireQueued(engine, callbacks)
      return { rate: callbacks / (ms / 1_000) }
    }
  }

  async function openPgBoss(more: Record<string, string> = {}): Promise<Measure<'rate'>> {
    const engine = await open(['pg-boss', ...Object.keys(more)].join('-').toLowerCase())
    const boss = new PgBoss({ connectionString: engine.databaseUrl, supervise: false, schedule: false, max: 2 })
    await boss.start()
    opened.defer(() => boss.stop())
    await boss.createQueue(queue, { notify: true })
    const workers = await startRivalWorkers(engine, 'pg-boss-worker', workersOfEach, { QUEUE: queue, ...more })
    opened.defer(() => workers.stop())
    return rateOfJobs(engine, {
      add: (jobs) =>
        boss.insert(
          queue,
          jobs.map((data) => ({ data })),
        ),
      async areDone() {
        const [row] = await engine.sql<{ left: boolean }[]>`
          select exists (select from pgboss.job where name = ${queue} and state < 'completed') as left`
        return !row!.left
      },
      forget: () => boss.deleteAllJobs(queue),
    })
  }

  async function openGraphileWorker(): Promise<Measure<'rate'>> {
    const engine = await open('graphile-worker')
    const utils = await makeWorkerUtils({ connectionString: engine.databaseUrl, maxPoolSize: 2 })
    opened.defer(() => utils.release())
    await utils.migrate()
    const workers = await startRivalWorkers(engine, 'graphile-worker', workersOfEach, { QUEUE: queue })
    opened.defer(() => workers.stop())
    return rateOfJobs(engine, {
      add: (jobs) => utils.addJobs(jobs.map((payload) => ({ identifier: queue, payload }))),
      async areDone() {
        const [row] = await engine.sql<{ left: boolean }[]>`select exists (select from graphile_worker.jobs) as left`
        return !row!.left
      },
      forget: async () => {}, // It keeps no job that is done.
    })
  }

  const [ours, pgBoss, together, graphileWorker] = await Promise.all([
    openTick(),
    openPgBoss(),
    openPgBoss({ TOGETHER: '1' }),
    openGraphileWorker(),
  ])
  const goals = (atLeast: number) => ({ rate: { unit: 'callbacks/s', atLeast } })
  return await compare(isQuick ? 1 : 5, [
    { name: 'dispatch-vs-pg-boss', ours, rival: pgBoss, goals: goals(2) },
    { name: 'dispatch-vs-pg-boss-together', ours, rival: together, goals: goals(0.4) },
    { name: 'dispatch-vs-graphile-worker', ours, rival: graphileWorker, goals: goals(2) },
  ])
}

/** A rival's queue of jobs. */
interface JobQueue {
  add: (jobs: RoutingPayload[]) => Promise<unknown>
  areDone: () => Promise<boolean>
  /** Forgets the jobs of earlier rounds. */
  forget: () => Promise<unknown>
}

async function haveUnqueued({ sql }: BenchEngine): Promise<boolean> {
  const [row] = await sql<{ left: boolean }[]>`
    select exists (
      select from callbacks where status in ('pending', 'accepted') and not is_queued and retry_at is null) as left`
  return row!.left
}
