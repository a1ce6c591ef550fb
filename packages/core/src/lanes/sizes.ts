import type { QueueType } from '@ringback/db'
import type { RedisConnection } from '../redis/connection.ts'
import { laneKeys } from './keys.ts'

/** How many entries are in the lanes of each queue, claimed ones left out. Throws when Redis is away. */
export async function countInLanes(redis: RedisConnection, prefix: string): Promise<Map<QueueType, number>> {
  const keys = laneKeys(prefix)
  const lanes = await redis.smembers(keys.names)
  const sizes = await Promise.all(
    lanes.flatMap((lane) => [redis.zcard(keys.lane(lane)), redis.zcard(keys.later(lane))]),
  )
  const counts = new Map<QueueType, number>()
  for (const [index, size] of sizes.entries()) {
    const lane = lanes[Math.floor(index / 2)]!
    const queueType = lane.slice(0, lane.lastIndexOf(':'))
    counts.set(queueType, (counts.get(queueType) ?? 0) + size)
  }
  return counts
}
