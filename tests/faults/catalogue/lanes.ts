import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { connectRedis, impatient, withLaneScripts, writeEntries } from '@ringback/core'
import type { QueueEntry } from '@ringback/db'
import { pino } from 'pino'
import type { Fault } from '../fault.ts'
import { redisPrefix } from '../world/world.ts'

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
}
