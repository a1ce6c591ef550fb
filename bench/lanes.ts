import type { BenchEngine } from './engine.ts'

type LanesPlace = Pick<BenchEngine, 'patientRedis' | 'redisPrefix'>

/** Entries that stand in a lane, now or when their time has come. */
export async function sizeOfLanes(place: LanesPlace): Promise<number> {
  const keys = [...(await laneKeysOf(place, 'lane:*')), ...(await laneKeysOf(place, 'wait:*'))]
  const sizes = await Promise.all(keys.map((key) => place.patientRedis.zcard(key)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Empties the lanes. As long as their pulse is there, nobody takes them for lost and builds them anew. */
export async function emptyLanes(place: LanesPlace, { keepsPulse }: { keepsPulse: boolean }): Promise<void> {
  const keys = await laneKeysOf(place, '*')
  for (const key of keys) if (!keepsPulse || !key.endsWith(':pulse')) await place.patientRedis.del(key)
}

async function laneKeysOf({ patientRedis, redisPrefix }: LanesPlace, name: string): Promise<string[]> {
  const keys: string[] = []
  for (let cursor = '0'; ;) {
    const [next, found] = await patientRedis.scan(cursor, 'MATCH', `${redisPrefix}:lanes:${name}`, 'COUNT', 10_000)
    keys.push(...found)
    if (next === '0') return keys
    cursor = next
  }
}
