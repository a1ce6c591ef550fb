import { join } from 'node:path'
import { defaultPolicy, openEngine, reconciler, type Engine } from '@ringback/core'
import { inTransaction, migrate } from '@ringback/db'
import { freePort } from '@ringback/local'
import { pino } from 'pino'
import type postgres from 'postgres'
import { startApp, startProcess } from '../../tests/setup/processes.ts'
import type { RivalName } from '../rivals/rivals.ts'
import { seedRows } from '../seed.ts'
import { createDatabase, type BenchServices } from '../services.ts'
import { loadOn, type Load } from './load.ts'
import { tokenSecret } from './tokens.ts'

/** A server in a process of its own, on a database of its own, with clients that ask it. */
export interface Side {
  /** The bench's own way to the side's database and Redis. */
  engine: Engine
  redisPrefix: string
  load: Load
  close(): Promise<void>
}

export interface SideOptions {
  /** Of its database. */
  name: string
  seed: (sql: postgres.Sql) => Promise<void>
}

const connections = 32
/** What the API opens. */
const poolSize = 10

/** The API as production starts it: its own main, its default settings. */
export async function openOurs(services: BenchServices, options: SideOptions): Promise<Side> {
  const { databaseUrl, engine, redisPrefix } = await seeded(services, options)
  await inTransaction(
    engine.sql,
    reconciler(engine.redis, { prefix: redisPrefix, clock: engine.clock, log: engine.deps.log }),
  )
  const port = await freePort()
  const env = { API_PORT: String(port), AUTH_JWT_SECRET: tokenSecret }
  const app = await startApp({ databaseUrl, redisUrl: services.redisUrl, redisPrefix }, 'api', 'api listens at', env)
  return sideOn(engine, redisPrefix, app, port)
}

/** A rival's server, on the same tables with the same rows. */
export async function openRival(services: BenchServices, rival: RivalName, options: SideOptions): Promise<Side> {
  const { databaseUrl, engine, redisPrefix } = await seeded(services, options)
  const port = await freePort()
  const app = await startProcess(join(import.meta.dirname, '../rivals/main.ts'), 'rival listens', {
    RIVAL: rival,
    DATABASE_URL: databaseUrl,
    REDIS_URL: services.redisUrl,
    LANE_KEY: laneKey({ redisPrefix }),
    ANSWERS_KEY: answersKey({ redisPrefix }),
    POOL_SIZE: String(poolSize),
    PORT: String(port),
  })
  return sideOn(engine, redisPrefix, app, port)
}

/** Puts entries into a rival's lane. */
export async function fillLane(rival: Side, ids: string[]): Promise<void> {
  await rival.engine.redis.zadd(laneKey(rival), ...ids.flatMap((id) => [id, id]))
}

export const answersKey = ({ redisPrefix }: Pick<Side, 'redisPrefix'>) => `${redisPrefix}:rival:answers`
const laneKey = ({ redisPrefix }: Pick<Side, 'redisPrefix'>) => `${redisPrefix}:rival:lane`

function sideOn(engine: Engine, redisPrefix: string, app: { stop(): Promise<unknown> }, port: number): Side {
  const load = loadOn(`http://127.0.0.1:${port}`, connections)
  return {
    engine,
    redisPrefix,
    load,
    async close() {
      await load.close()
      await app.stop()
      await engine.close()
    },
  }
}

async function seeded(services: BenchServices, { name, seed }: SideOptions) {
  const databaseUrl = await createDatabase(services, name)
  await migrate(databaseUrl)
  await seedRows(databaseUrl, seed)
  const redisPrefix = `{${new URL(databaseUrl).pathname.slice(1)}}`
  const engine = openEngine({
    databaseUrl,
    redisUrl: services.redisUrl,
    redisPrefix,
    policy: defaultPolicy,
    poolSize: 2,
    applicationName: 'ringback-bench',
    log: pino({ level: 'silent' }),
  })
  await engine.redisReady()
  await engine.clock.ready()
  return { databaseUrl, engine, redisPrefix }
}
