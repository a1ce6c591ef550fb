import process from 'node:process'
import { fastify } from 'fastify'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import { sharedClock } from '../day/shared-clock.ts'
import { rivals, type RivalName } from './rivals.ts'

/**
 * Serves one rival: the least that anybody would write by hand for a route of ours, without tokens, checks of what comes
 * in, limits or logs. The pool is as large as ours, and postgres.js prepares statements as it does for us.
 */
const { RIVAL, DATABASE_URL, REDIS_URL, LANE_KEY, ANSWERS_KEY, POOL_SIZE, PORT, CLOCK_FILE } = process.env
const app = fastify()
rivals[RIVAL as RivalName]({
  app,
  sql: postgres(DATABASE_URL!, { max: Number(POOL_SIZE), transform: postgres.camel }),
  redis: new Redis(REDIS_URL!),
  laneKey: LANE_KEY!,
  answersKey: ANSWERS_KEY!,
  clock: CLOCK_FILE === undefined ? { now: () => new Date() } : sharedClock(CLOCK_FILE),
})
const address = await app.listen({ host: '127.0.0.1', port: Number(PORT) })
console.log(`rival listens at ${address}`)
process.once('SIGTERM', () => process.exit())
