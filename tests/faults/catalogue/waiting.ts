import { laneKeys } from '@ringback/core'
import { Redis } from 'ioredis'
import { openClient } from '../client.ts'
import type { Circumstances } from '../fault.ts'
import { untilTrue } from '../world/until-true.ts'
import { redisPrefix, type World } from '../world/world.ts'

const inMs = 4_000
const firstUser = 10_000
const users = 900_000

/**
 * Promises customers, whom nobody else knows, to be called in some seconds. Returns the callbacks' ids when all of them
 * are in a queue and in the lanes, where nobody can have them yet.
 */
export async function promiseSoon(
  world: World,
  { random, load }: Pick<Circumstances, 'random' | 'load'>,
  count = 10,
): Promise<string[]> {
  const service = openClient(world, { role: 'service' })
  const first = firstUser + random.below(users)
  const scheduledFor = new Date(Date.now() + inMs).toISOString()
  const ids = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const userId = String(first + index)
      await service.put(`/api/users/${userId}`, { name: `User ${userId}` })
      const { id } = JSON.parse(
        await service.expect(201, 'POST', '/api/callbacks', { body: { userId, scheduledFor } }),
      ) as { id: string }
      return id
    }),
  )
  for (const id of ids) load.books.promised.add(id)
  await service.expect([200, 202], 'POST', '/api/cron/callback-notifications', { withinMs: 40_000 })
  await untilTrue(() => areInLanes(world, ids), 'what was promised is in the lanes')
  return ids
}

async function areInLanes(world: World, callbackIds: string[]): Promise<boolean> {
  const entryIds = await entriesOf(world, callbackIds)
  if (entryIds.length < callbackIds.length) return false
  const records = await withRedis(world, (redis) => redis.hmget(laneKeys(redisPrefix).records, ...entryIds))
  return records.every((record) => record !== null)
}

/** The ids of the queue entries of these callbacks. */
export async function entriesOf({ sql }: World, callbackIds: string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from call_queue where callback_id = any(${callbackIds}::uuid[])`
  return rows.map(({ id }) => id)
}

/** Talks to Redis without going through a proxy. */
export async function withRedis<T>({ redis }: World, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(redis.url)
  try {
    return await work(client)
  } finally {
    client.disconnect()
  }
}
