import type { BenchEngine } from './engine.ts'

type LanesPlace = Pick<BenchEngine, 'patientRedis' | 'redisPrefix'>

/** Entries that stand in a lane, now or when their time has come. */
export async function sizeOfLanes(place: LanesPlace): Promise<number> {
  const keys = new Set<string>() // A key may be found twice.
  for (const name of ['lane:*', 'later:*']) {
    for await (const found of laneKeysOf(place, name)) for (const key of found) keys.add(key)
  }
  const sizes = await Promise.all(Array.from(keys, (key) => place.patientRedis.zcard(key)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Empties the lanes. As long as their pulse is there, nobody takes them for lost and builds them anew. */
export async function emptyLanes(place: LanesPlace, { keepsPulse }: { keepsPulse: boolean }): Promise<void> {
  for await (const keys of laneKeysOf(place, '*')) {
    const lost = keepsPulse ? keys.filter((key) => !/:(?:pulse|epoch)$/.test(key)) : keys
    if (lost.length > 0) await place.patientRedis.del(...lost)
  }
}

/** Keys of the lanes, some thousands at a time. */
function laneKeysOf({ patientRedis, redisPrefix }: LanesPlace, name: string): AsyncIterable<string[]> {
  return patientRedis.scanStream({ match: `${redisPrefix}:lanes:${name}`, count: 10_000 })
}
