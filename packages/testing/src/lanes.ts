import { hadFromOf, laneKeys, laneOf, memberOf, recordOf } from '@ringback/core'
import { callQueue } from '@ringback/db'
import { expect } from 'vitest'
import type { TestEngine } from './engine.ts'

/** All that the lanes hold of waiting entries: records by id, and scores by lane and member. */
export interface LaneContents {
  records: Record<string, string>
  lanes: Record<string, Record<string, number>>
  claims: string[]
}

/** What Redis holds, under whatever lane. */
export async function lanesOf({ redis, redisPrefix }: TestEngine): Promise<LaneContents> {
  const keys = laneKeys(redisPrefix)
  const records = await redis.hgetall(keys.records)
  const names = (await redis.keys(`${keys.lanesPrefix}:*:*`)).map((key) => key.slice(keys.lanesPrefix.length + 1))
  const lanes: LaneContents['lanes'] = {}
  for (const name of names.toSorted()) {
    const key = `${keys.lanesPrefix}:${name}`
    const members = await redis.zrange(key, 0, '-1')
    const scores = await Promise.all(members.map(async (member) => [member, Number(await redis.zscore(key, member))]))
    lanes[name] = Object.fromEntries(scores)
  }
  return {
    records: Object.fromEntries(Object.entries(records).filter(([, record]) => record.split(' ')[1] !== '-')),
    lanes,
    claims: await redis.zrange(keys.claims, 0, '-1'),
  }
}

/** What they should hold by the rows in Postgres, when nothing is being claimed. */
export async function lanesByRows({ sql, time }: TestEngine): Promise<LaneContents> {
  const contents: LaneContents = { records: {}, lanes: {}, claims: [] }
  for (const entry of await callQueue.listWaitingAfter(sql, '0', 1_000_000)) {
    contents.records[entry.id] = recordOf(entry)
    const isLater = hadFromOf(entry) > time.now().getTime()
    const members = (contents.lanes[`${isLater ? 'later' : 'lane'}:${laneOf(entry)}`] ??= {})
    members[memberOf(entry)] = isLater ? hadFromOf(entry) : entry.priorityScore
  }
  return contents
}

/** Runs passes until one knows all entries as they are: until then other tests' transactions may hold it up. */
export async function settleLanes(engine: TestEngine): Promise<void> {
  const unsettled = async () => {
    await engine.reconcile()
    const [row] = await engine.sql<{ count: number }[]>`
      select count(*)::int as count from call_queue, lane_mirror where changed_in >= open_since`
    return row!.count
  }
  await expect.poll(unsettled, { timeout: 30_000 }).toBe(0)
}
