import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  awaitRun,
  defaultRules,
  manualClock,
  openEngine,
  queueOn,
  reconciler,
  serversOf,
  sweepLostAgents,
  tick,
  type Deps,
  type Engine,
  type ManualClock,
  type ServerCertificates,
} from '@ringback/core'
import { inTransaction } from '@ringback/db'
import { startJobWorkers } from '@ringback/worker'
import { createDatabase } from './database.ts'

/** Ringback itself, whole, in a database and below a Redis prefix of its own, on a clock that only the replay moves. */
export interface ReplaySystem {
  deps: Deps
  sql: Engine['sql']
  clock: ManualClock
  /** What the workers do on their own every few seconds, as one step: presence, lanes, a tick and all its jobs. */
  runMinute(): Promise<void>
  /** Resolves when no job is left. */
  settle(): Promise<void>
  /** Routing jobs done so far. */
  jobs(): number
  ticks(): number
  /** Stops it and removes all that it wrote. */
  close(): Promise<void>
}

export interface SystemOptions {
  databaseUrl: string
  redisUrl: string
  certificates?: ServerCertificates
  log: Deps['log']
}

const concurrency = 200
const poolSize = 8
const jobsSettleWithinMs = 60_000

/** Opens the system, its clock at `startAt`. Leaves nothing behind when that fails. */
export async function openSystem(
  { databaseUrl, redisUrl, certificates, log }: SystemOptions,
  startAt: Date,
): Promise<ReplaySystem> {
  const database = await createDatabase(databaseUrl, certificates?.database)
  const redisPrefix = `{ringback-replay-${randomBytes(6).toString('hex')}}`
  const clock = manualClock(startAt)
  const engine = openEngine({
    databaseUrl: database.url,
    redisUrl,
    redisPrefix,
    ...(certificates && { certificates }),
    rules: defaultRules,
    poolSize,
    applicationName: 'ringback-replay',
    log,
    clock,
  })
  const { deps, sql, redis } = engine
  const remove = async () => {
    await engine.close()
    await database.drop()
  }
  await engine.redisReady().catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const workers = startJobWorkers(engine, { concurrency })
  const queue = queueOn(redis, redisPrefix, 'routing')
  const pass = reconciler(redis, { prefix: redisPrefix, clock, log })
  let jobs = 0
  let ticks = 0
  workers.routing.on('completed', () => void jobs++)
  workers.routing.on('failed', () => void jobs++)

  async function settle() {
    const deadline = performance.now() + jobsSettleWithinMs
    while ((await queue.getJobCountByTypes('waiting', 'active', 'delayed')) > 0) {
      if (performance.now() > deadline) throw new Error(`jobs were left after ${jobsSettleWithinMs / 1_000} s`)
      await delay(1)
    }
  }

  return {
    deps,
    sql,
    clock,
    settle,
    jobs: () => jobs,
    ticks: () => ticks,
    async runMinute() {
      const lost = await sweepLostAgents(deps)
      if (lost.length > 0) throw new Error(`agents ${lost.join(', ')} were taken for lost, and their desks are alive`)
      await inTransaction(sql, pass)
      const run = await awaitRun(deps, await tick(deps, { trigger: 'schedule' }), { timeoutMs: jobsSettleWithinMs })
      if (!run.finishedAt) throw new Error(`the tick at ${run.startedAt.toISOString()} did not end`)
      // A job ends a little after its result is counted; until then the next tick would pass its callback over.
      if (run.enqueued) await settle()
      ticks++
    },
    async close() {
      await workers.close()
      await queue.close()
      await forget(engine, redisPrefix)
      await remove()
    },
  }
}

async function forget({ redis }: Engine, prefix: string): Promise<void> {
  for (const server of serversOf(redis)) {
    let cursor = '0'
    do {
      const [next, keys] = await server.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', 1_000)
      if (keys.length > 0) await server.unlink(...keys)
      cursor = next
    } while (cursor !== '0')
  }
}
