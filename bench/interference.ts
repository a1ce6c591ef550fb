import { setTimeout as delay } from 'node:timers/promises'
import { queueOn, reconciler, tickOptions } from '@ringback/core'
import { inTransaction } from '@ringback/db'
import { pino } from 'pino'
import type { BenchOptions } from './benchmarks.ts'
import { addDue, forgetPromises, requireQueued } from './due-callbacks.ts'
import type { BenchEngine } from './engine.ts'
import { agentCount, queueCallbacks, seedAgents, seedUsers } from './http/people.ts'
import { openOurs, type Side } from './http/sides.ts'
import { tokensOfAgents } from './http/tokens.ts'
import { emptyLanes } from './lanes.ts'
import { compare, quantile, type Comparison } from './rounds.ts'
import { startWorkers } from './worker-processes.ts'

const waiting = 10 * agentCount
const claimEveryMs = 10
const pollMs = 20

/**
 * How long claims take, a hundred a second by 200 agents in turn, while a tick of the minute job queues 20,000 callbacks, against
 * the same without the tick. API and workers are the same; each agent gives its call up again at once.
 */
export async function interference({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const due = isQuick ? 2_000 : 20_000
  // Of the two hundred claims of a quick run the slowest two say nothing.
  const percentile = isQuick ? 0.9 : 0.99
  const tokens = await tokensOfAgents(agentCount)
  await using opened = new AsyncDisposableStack()
  const side = await openOurs(services, 'interference', async (sql) => {
    await seedAgents(sql)
    await seedUsers(sql, waiting + due)
  })
  opened.defer(() => side.close())
  const workers = await startWorkers(side.engine, 2)
  opened.defer(() => workers.stop())
  const { engine } = side
  const ticks = queueOn(engine.redis, engine.redisPrefix, 'tick')
  opened.defer(() => ticks.close())

  async function claimDuring(work: () => Promise<unknown>): Promise<{ p99: number }> {
    let isOver = false
    const working = work().finally(() => (isOver = true))
    const latencies = await claimSteadily(side, tokens, () => isOver)
    await working
    return { p99: quantile(latencies, percentile) }
  }

  const atWork = async () => {
    await beginAnew(engine)
    await addDue(engine, due, waiting + 1)
    const measured = await claimDuring(async () => {
      await ticks.add('tick', {}, tickOptions)
      while (await haveUnqueued(engine)) await delay(pollMs)
    })
    await requireQueued(engine, waiting + due, due)
    return measured
  }
  const atRest = async () => {
    await beginAnew(engine)
    const measured = await claimDuring(() => delay(isQuick ? 2_000 : 5_000))
    await requireQueued(engine, waiting, 0)
    return measured
  }
  return await compare(isQuick ? 3 : 7, [
    { name: 'interference', ours: atWork, rival: atRest, goals: { p99: { unit: 'ms, p99', atMost: 2 } } },
  ])
}

/** Ten callbacks wait for each agent, in Postgres and in the lanes, and nothing else is there. */
async function beginAnew(engine: BenchEngine): Promise<void> {
  const { sql, redis, redisPrefix: prefix, clock } = engine
  await forgetPromises(engine)
  await sql`update agent_sessions set status = 'available'`
  await queueCallbacks(sql, waiting)
  await emptyLanes(engine, { keepsPulse: false })
  await inTransaction(sql, reconciler(redis, { prefix, clock, log: pino({ level: 'silent' }) }))
}

/** Whether the tick still has something to queue, or to count. */
async function haveUnqueued({ sql }: BenchEngine): Promise<boolean> {
  const [row] = await sql<{ left: boolean }[]>`
    select exists (select from callbacks where status = 'pending' and not is_queued and retry_at is null)
      or exists (select from cron_runs where finished_at is null and abandoned_at is null) as left`
  return row!.left
}

/**
 * Claims at their times until it is over, whatever became of those before; but nobody asks for a call who still waits for one. Returns
 * how long each took, in milliseconds.
 */
async function claimSteadily({ load }: Side, tokens: string[], isOver: () => boolean): Promise<number[]> {
  const latencies: number[] = []
  const atWork = new Map<number, Promise<unknown>>()
  const began = performance.now()

  async function claimOnce(agentIndex: number): Promise<void> {
    const [token, path] = [tokens[agentIndex]!, `/api/agents/${agentIndex + 1}/next-call`]
    const claimed = await load.send([{ method: 'POST', path, token }])
    latencies.push(...claimed.latencies)
    const { queueEntry } = JSON.parse(claimed.answers[0]!) as { queueEntry: { id: string } }
    await load.send([{ method: 'POST', path: `/api/queue-entries/${queueEntry.id}/release`, token }])
  }

  for (let turn = 0; !isOver(); turn++) {
    await delay(Math.max(0, began + turn * claimEveryMs - performance.now()))
    const agentIndex = turn % tokens.length
    if (atWork.has(agentIndex)) continue
    atWork.set(
      agentIndex,
      claimOnce(agentIndex).finally(() => atWork.delete(agentIndex)),
    )
  }
  await Promise.all(atWork.values())
  return latencies
}
