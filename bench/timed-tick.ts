import { setTimeout as delay } from 'node:timers/promises'
import { tick } from '@ringback/core'
import { cronRuns } from '@ringback/db'
import { makeDue } from './due-callbacks.ts'
import type { BenchEngine } from './engine.ts'
import { millisecondsOf } from './rounds.ts'

const pollMs = 5

/** Callbacks a second, from the start of a tick until all are in Postgres and in their lanes. */
export async function rateOfTick(engine: BenchEngine, callbacks: number): Promise<number> {
  await makeDue(engine, callbacks)
  await emptyLanes(engine)
  const ms = await millisecondsOf(async () => {
    const runId = await tick(engine.deps, { trigger: 'manual' })
    while (!(await cronRuns.get(engine.sql, runId))?.finishedAt) await delay(pollMs)
    while ((await countQueued(engine)) < callbacks) await delay(pollMs)
    while ((await sizeOfLanes(engine)) < callbacks) await delay(pollMs)
  })
  return callbacks / (ms / 1_000)
}

async function countQueued({ sql }: BenchEngine): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from callbacks where is_queued`
  return row!.count
}

/** The pulse stays, or the workers would build the lanes anew. */
async function emptyLanes(engine: BenchEngine): Promise<void> {
  const keys = await laneKeysOf(engine, '*')
  const emptied = keys.filter((key) => !key.endsWith(':pulse'))
  if (emptied.length > 0) await engine.redis.unlink(...emptied)
}

async function sizeOfLanes(engine: BenchEngine): Promise<number> {
  const keys = [...(await laneKeysOf(engine, 'lane:*')), ...(await laneKeysOf(engine, 'wait:*'))]
  const sizes = await Promise.all(keys.map((key) => engine.redis.zcard(key)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function laneKeysOf({ redis, redisPrefix }: BenchEngine, name: string): Promise<string[]> {
  const keys: string[] = []
  for (let cursor = '0'; ;) {
    const [next, found] = await redis.scan(cursor, 'MATCH', `${redisPrefix}:lanes:${name}`, 'COUNT', 10_000)
    keys.push(...found)
    if (next === '0') return keys
    cursor = next
  }
}
