import { setTimeout as delay } from 'node:timers/promises'
import { tick } from '@ringback/core'
import { cronRuns } from '@ringback/db'
import { makeDue } from './due-callbacks.ts'
import type { BenchEngine } from './engine.ts'
import { emptyLanes, sizeOfLanes } from './lanes.ts'
import { millisecondsOf } from './rounds.ts'

const pollMs = 20

/** Callbacks a second, from the start of a tick until all are in Postgres and in their lanes. */
export async function rateOfTick(engine: BenchEngine, callbacks: number): Promise<number> {
  await makeDue(engine, callbacks)
  return callbacks / ((await millisecondsOfTick(engine, callbacks)) / 1_000)
}

/** How long a tick takes until its run is finished, and so many callbacks are in Postgres and in their lanes. */
export async function millisecondsOfTick(engine: BenchEngine, callbacks: number): Promise<number> {
  await emptyLanes(engine, { keepsPulse: true })
  return millisecondsOf(async () => {
    const runId = await tick(engine.deps, { trigger: 'manual' })
    while (!(await cronRuns.get(engine.sql, runId))?.finishedAt) await delay(pollMs)
    while ((await countQueued(engine)) < callbacks) await delay(pollMs)
    while ((await sizeOfLanes(engine)) < callbacks) await delay(pollMs)
  })
}

async function countQueued({ sql }: BenchEngine): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from callbacks where is_queued`
  return row!.count
}
