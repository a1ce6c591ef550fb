import { join } from 'node:path'
import { reconciler } from '@ringback/core'
import { inTransaction } from '@ringback/db'
import { freePort } from '@ringback/local'
import { startApp, startProcess } from '@ringback/testing/processes'
import type postgres from 'postgres'
import { openBenchEngine, type BenchEngine } from '../engine.ts'
import type { RivalName } from '../rivals/rivals.ts'
import { seedRows } from '../seed.ts'
import type { BenchServices } from '../services.ts'
import { loadOn, type Load } from './load.ts'
import { tokenSecret } from './tokens.ts'

/** A server in a process of its own, on a database of its own, with clients that ask it. */
export interface Side {
  /** The bench's own way to the side's database and Redis. */
  engine: BenchEngine
  load: Load
  close(): Promise<void>
}

/** Writes the rows that a side begins with. */
export type Seed = (sql: postgres.Sql, engine: BenchEngine) => Promise<void>

const connections = 32
/** What the API opens. */
const poolSize = 10

/** The API as production starts it: its own main, its default settings unless `more` says otherwise. */
export async function openOurs(
  services: BenchServices,
  name: string,
  seed: Seed,
  more: Record<string, string> = {},
): Promise<Side> {
  const engine = await openSeeded(services, name, seed)
  const { redis, redisPrefix: prefix, clock, deps } = engine
  await inTransaction(engine.sql, reconciler(redis, { prefix, clock, log: deps.log }))
  const port = await freePort()
  const env = { API_PORT: String(port), AUTH_JWT_SECRET: tokenSecret, ...more }
  return sideOn(engine, port, await startApp(engine, 'api', 'api listens at', env))
}

/** A rival's server, on the same tables with the same rows. */
export async function openRival(services: BenchServices, name: RivalName, seed: Seed): Promise<Side> {
  const engine = await openSeeded(services, name, seed)
  const port = await freePort()
  const app = await startProcess(join(import.meta.dirname, '../rivals/main.ts'), 'rival listens', {
    RIVAL: name,
    DATABASE_URL: engine.databaseUrl,
    REDIS_URL: engine.redisUrl,
    LANE_KEY: laneKey(engine),
    ANSWERS_KEY: answersKey(engine),
    POOL_SIZE: String(poolSize),
    PORT: String(port),
  })
  return sideOn(engine, port, app)
}

/** Puts entries into a rival's lane. */
export async function fillLane({ engine }: Side, ids: string[]): Promise<void> {
  await engine.patientRedis.zadd(laneKey(engine), ...ids.flatMap((id) => [id, id]))
}

/** Has a rival that answers from Redis answer this when `entryId` is first in its lane. */
export async function setAnswer({ engine }: Side, entryId: string, answer: string): Promise<void> {
  await engine.patientRedis.hset(answersKey(engine), entryId, answer)
}

const laneKey = ({ redisPrefix }: BenchEngine) => `${redisPrefix}:rival:lane`
const answersKey = ({ redisPrefix }: BenchEngine) => `${redisPrefix}:rival:answers`

async function openSeeded(services: BenchServices, name: string, seed: Seed): Promise<BenchEngine> {
  const engine = await openBenchEngine(services, name)
  await seedRows(engine.databaseUrl, (sql) => seed(sql, engine))
  return engine
}

function sideOn(engine: BenchEngine, port: number, app: { stop(): Promise<unknown> }): Side {
  const load = loadOn(`http://127.0.0.1:${port}`, connections)
  return {
    engine,
    load,
    async close() {
      await load.close()
      await app.stop()
      await engine.close()
    },
  }
}
