import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { connectRedis, impatient, laneKeys, withLaneScripts, writeEntries } from '@ringback/core'
import { inTransaction, type QueueEntry } from '@ringback/db'
import { pino } from 'pino'
import type { Fault } from '../fault.ts'
import { redisPrefix, type World } from '../world/world.ts'
import { firstAt } from './moments.ts'
import { waitForCalls, withRedis } from './waiting.ts'

const keys = laneKeys(redisPrefix)
const openForMs = { short: 5_000, full: 120_000 }
const userOfLateTransaction = 8_000_000

/** What may happen to the lanes: something of them is lost, or was never written, and what tells of losses is intact. */
export const laneFaults: Record<string, Fault> = {
  'lanes get old versions of entries': {
    async inject({ sql, redis: { url } }, { lastsMs }) {
      const redis = connectRedis(url, impatient, pino({ level: 'silent' }))
      await once(redis, 'ready')
      const lanes = withLaneScripts(redis)
      const kept: QueueEntry[] = []
      for (const until = performance.now() + lastsMs; performance.now() < until; await pause(50)) {
        kept.push(...(await sql<QueueEntry[]>`select * from call_queue order by updated_at desc limit 20`))
        await writeEntries(lanes, redisPrefix, kept.slice(-500), new Date(), '')
      }
      redis.disconnect()
    },
    recoversWithin: 60,
  },
  'a lane is deleted': {
    async inject(world, circumstances) {
      await waitForCalls(world, circumstances)
      await withRedis(world, async (redis) => {
        const lanes = [...(await redis.keys(keys.lane('*'))), ...(await redis.keys(keys.later('*')))]
        await redis.del(lanes)
      })
    },
    recoversWithin: 60,
  },
  'records of entries are deleted': {
    async inject(world, circumstances) {
      const { entryIds } = await waitForCalls(world, circumstances)
      await withRedis(world, (redis) => redis.hdel(keys.records, ...entryIds))
    },
    recoversWithin: 60,
  },
  'an entry that was handed out is forgotten': {
    async inject(world, circumstances) {
      await waitForCalls(world, circumstances)
      const { app, cut } = await firstAt([world.api], 'after the proposal, before the claim')
      await withRedis(world, (redis) => redis.del(keys.claims))
      const killed = app.kill()
      cut()
      await killed
    },
    recoversWithin: 60,
  },
  'a transaction is open for two minutes, and its lane write is lost': {
    inject: (world, { size }) => queueLate(world, openForMs[size]),
    recoversWithin: 60,
  },
}

/**
 * Puts a user into a queue in a transaction that is open for a while, and tells the lanes nothing of it. What it writes
 * bears a time of two minutes before its end, as of a step that waited for connections and locks. No tick looks at an
 * ordinary entry, so that nothing but the reconciler can find it.
 */
async function queueLate({ sql }: World, openMs: number): Promise<void> {
  const [row] = await sql<{ id: string }[]>`
    select greatest(max(id), ${userOfLateTransaction}::bigint) + 1 as id from users`
  const userId = row!.id
  await inTransaction(sql, async (tx) => {
    const now = new Date(Date.now() + openMs - openForMs.full)
    await tx`insert into users (id, name, created_at, updated_at) values (${userId}, 'Late', ${now}, ${now})`
    await tx`
      insert into user_call_scores (user_id, current_queue_type, priority_score, available_from, queued_at, updated_at)
      values (${userId}, 'outstanding_requests', 0, ${now}, ${now}, ${now})`
    await tx`
      insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
      values (${userId}, 'outstanding_requests', 0, 'pending', ${now}, ${now}, ${now})`
    await pause(openMs)
  })
}
