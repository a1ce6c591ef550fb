import { agents, callQueue, queues, type QueueType, type Sql } from '@ringback/db'
import type { RedisConnection } from '../redis/connection.ts'
import { idOfMember, laneKeys, laneName, laneOf } from './keys.ts'
import { pageSize } from './pages.ts'

export interface LaneAudit {
  queueType: QueueType
  /** Waiting entries in Postgres. */
  postgres: number
  /** Entries in the lanes. */
  redis: number
  /** Waiting entries that are in no lane. */
  missing: number
  /** Entries in a lane that do not wait there. */
  stale: number
  inSync: boolean
}

/**
 * Compares the lanes with Postgres, entry by entry. Entries that move while it reads are looked at a second time, so
 * that a busy system does not look broken.
 */
export async function auditLanes(sql: Sql, redis: RedisConnection, prefix: string): Promise<LaneAudit[]> {
  const queueTypes = await queues.listTypes(sql)
  const waiting = await readWaiting(sql)
  const lanes = await readLanes(sql, redis, prefix, queueTypes)
  const missing = differenceOf(waiting, lanes)
  const stale = differenceOf(lanes, waiting)

  const suspects = [...missing.keys(), ...stale.keys()]
  const again = new Map((await callQueue.listByIds(sql, suspects)).map((entry) => [entry.id, laneOf(entry)]))
  const lanesAgain = suspects.length > 0 ? await readLanes(sql, redis, prefix, queueTypes) : lanes
  const isMissing = (id: string) => again.get(id) !== undefined && lanesAgain.get(id) !== again.get(id)
  const isStale = (id: string) => lanesAgain.has(id) && lanesAgain.get(id) !== again.get(id)

  // Of a queue that is gone, or was made meanwhile, the lanes may know all the same.
  const inLanes = [...waiting.values(), ...lanes.values()].map((lane) => lane.slice(0, lane.indexOf(':')))
  return [...new Set([...queueTypes, ...inLanes])].map((queueType) => {
    const ofType = (lane: string) => lane.startsWith(`${queueType}:`)
    const count = (map: Map<string, string>, counts: (id: string) => boolean = () => true) =>
      [...map].filter(([id, lane]) => ofType(lane) && counts(id)).length
    const counted = { missing: count(missing, isMissing), stale: count(stale, isStale) }
    return {
      queueType,
      postgres: count(waiting),
      redis: count(lanes),
      missing: counted.missing,
      stale: counted.stale,
      inSync: counted.missing === 0 && counted.stale === 0,
    }
  })
}

/** Entry id → lane, of those in `left` that are not the same in `right`. */
function differenceOf(left: Map<string, string>, right: Map<string, string>): Map<string, string> {
  return new Map([...left].filter(([id, lane]) => right.get(id) !== lane))
}

async function readWaiting(sql: Sql): Promise<Map<string, string>> {
  const lanes = new Map<string, string>()
  for (let last = '0'; ;) {
    const page = await callQueue.listWaitingAfter(sql, last, pageSize)
    for (const entry of page) lanes.set(entry.id, laneName(entry.queueType, entry.assignedToAgentId))
    if (page.length < pageSize) return lanes
    last = page.at(-1)!.id
  }
}

async function readLanes(
  sql: Sql,
  redis: RedisConnection,
  prefix: string,
  queueTypes: QueueType[],
): Promise<Map<string, string>> {
  const keys = laneKeys(prefix)
  const everyAgent = (await agents.listWithSession(sql)).map((agent) => agent.id)
  const known = queueTypes.flatMap((type) => [null, ...everyAgent].map((agent) => laneName(type, agent)))
  const lanes = new Map<string, string>()
  for (const lane of new Set([...known, ...(await redis.smembers(keys.names))])) {
    for (const key of [keys.lane(lane), keys.later(lane)]) {
      for (let start = 0; ; start += pageSize) {
        const members = await redis.zrange(key, start, String(start + pageSize - 1))
        for (const member of members) lanes.set(idOfMember(member), lane)
        if (members.length < pageSize) break
      }
    }
  }
  return lanes
}
