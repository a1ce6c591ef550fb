import { randomUUID } from 'node:crypto'
import { callQueue, type EntryPlace, type Sql } from '@ringback/db'
import { serversOf } from '../redis/connection.ts'
import { writeEntries } from './lanes.ts'
import { pageSize, throughPages } from './pages.ts'
import type { LanePlace } from './place.ts'

/** What Redis and Postgres have in common from a build on. */
export interface Build {
  epoch: string
  pulse: string
  entries: number
}

/**
 * Builds the lanes from Postgres alone, whatever was in Redis. Meanwhile claims come from Postgres; what others write is
 * kept, as versions decide between it and what is read here.
 *
 * @throws when the lanes were lost again meanwhile, or somebody else builds them
 */
export async function buildLanes(place: LanePlace, tx: Sql): Promise<Build> {
  const { redis, prefix, keys, clock } = place
  const [epoch, pulse] = [randomUUID(), randomUUID()]
  await redis.beginBuild(...place.keysForNow(keys.pulse, keys.corrected), epoch)
  const entries = await throughPages<EntryPlace>(
    (last) => callQueue.listWaitingAfter(tx, last?.id ?? '0', pageSize),
    async (page) => {
      if (!(await writeEntries(redis, prefix, page, clock.now(), '', epoch))) throw new Error(lostAgain)
    },
  )
  await dropOthers(place)
  if (!(await redis.setPulse(keys.pulse, keys.epoch, epoch, '', pulse))) throw new Error(lostAgain)
  return { epoch, pulse, entries }
}

const lostAgain = 'The lanes were lost again while they were being built'
const keysPerScan = 10_000

/** Drops the lanes of which nobody has known for long, such as those of agents who are gone. */
async function dropOthers({ redis, keys, keysForNow }: LanePlace): Promise<void> {
  for (const server of serversOf(redis)) {
    let cursor = '0'
    do {
      const [next, found] = await server.scan(cursor, 'MATCH', `${keys.lanesPrefix}:*:*`, 'COUNT', keysPerScan)
      const lanes = new Set(found.flatMap((key) => laneOfKey(key.slice(keys.lanesPrefix.length + 1)) ?? []))
      if (lanes.size > 0) await redis.dropLanes(...keysForNow(), ...lanes)
      cursor = next
    } while (cursor !== '0')
  }
}

const laneOfKey = (name: string) => /^(?:lane|later):(.+)$/.exec(name)?.[1]
