import { laneKeys } from '@ringback/core'
import { untilTrue } from '@ringback/testing/until-true'
import { Redis } from 'ioredis'
import { openClient } from '../client.ts'
import type { Circumstances } from '../fault.ts'
import { redisPrefix, type World } from '../world/world.ts'

const inMs = 4_000
const firstUser = 10_000
const users = 900_000

/** Customers, whom nobody else knows, who may be called in some seconds. */
export interface Waiting {
  callbackIds: string[]
  /** The entries of those who were not promised anything. */
  ordinaryIds: string[]
  entryIds: string[]
}

/**
 * Promises customers to be called in some seconds, and puts others into a queue for then: those no tick looks at. Returns
 * when all of them are in the lanes, where nobody can have them yet.
 */
export async function waitForCalls(
  world: World,
  { random, load }: Pick<Circumstances, 'random' | 'load'>,
  each = 8,
): Promise<Waiting> {
  const service = openClient(world, { role: 'service' })
  const first = firstUser + random.below(users)
  const at = new Date(Date.now() + inMs).toISOString()
  const idOf = (answer: string) => (JSON.parse(answer) as { id: string }).id
  const callbackIds: string[] = []
  const ordinaryIds: string[] = []
  await Promise.all(
    Array.from({ length: 2 * each }, async (_, index) => {
      const userId = String(first + index)
      await service.put(`/api/users/${userId}`, { name: `User ${userId}` })
      const [method, path, status, body] =
        index < each
          ? (['POST', '/api/callbacks', 201, { userId, scheduledFor: at, allowDuplicate: true }] as const)
          : ([
              'PUT',
              `/api/queues/unsigned_users/users/${userId}`,
              200,
              { priorityScore: 0, availableFrom: at },
            ] as const)
      const id = idOf(await service.expect(status, method, path, { body }))
      ;(index < each ? callbackIds : ordinaryIds).push(id)
    }),
  )
  for (const id of callbackIds) load.books.promised.add(id)
  await service.expect([200, 202], 'POST', '/api/cron/callback-notifications', { withinMs: 40_000 })

  let entryIds: string[] = []
  await untilTrue(async () => {
    const entries = await world.sql<{ id: string; isWaiting: boolean }[]>`
      select id, status in ('pending', 'assigned') as "isWaiting" from call_queue
      where callback_id = any(${callbackIds}::uuid[]) or id = any(${ordinaryIds}::bigint[])`
    entryIds = entries.map(({ id }) => id)
    // Whoever has been called by now, on a slow machine, is in no lane, and when these are built anew in no record.
    const waiting = entries.filter(({ isWaiting }) => isWaiting).map(({ id }) => id)
    return entries.length >= callbackIds.length + ordinaryIds.length && (await areInLanes(world, waiting))
  }, 'all who wait are in the lanes')
  return { callbackIds, ordinaryIds, entryIds }
}

async function areInLanes(world: World, entryIds: string[]): Promise<boolean> {
  if (entryIds.length === 0) return true
  const records = await withRedis(world, (redis) => redis.hmget(laneKeys(redisPrefix).records, ...entryIds))
  return records.every((record) => record !== null)
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
