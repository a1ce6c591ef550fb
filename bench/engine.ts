import { defaultRules, openEngine, patient, type Clock, type Engine } from '@ringback/core'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { createDatabase, type BenchServices } from './services.ts'

/** An engine on a database and a Redis prefix of its own, and where processes find the two. */
export interface BenchEngine extends Engine {
  databaseUrl: string
  redisUrl: string
  redisPrefix: string
  /** A connection that waits, for what a benchmark itself asks of Redis. */
  patientRedis: Redis
}

/** Opens an engine on a database of its own; on the database's clock unless it is given another. */
export async function openBenchEngine(services: BenchServices, name: string, clock?: Clock): Promise<BenchEngine> {
  const databaseUrl = await createDatabase(services, name)
  const places = { databaseUrl, redisUrl: services.redisUrl, redisPrefix: `{bench-${name}-${process.pid}}` }
  const engine = openEngine({
    ...places,
    rules: defaultRules,
    poolSize: 4,
    applicationName: 'ringback-bench',
    log: pino({ level: 'warn' }, process.stderr),
    ...(clock && { clock }),
  })
  await engine.redisReady()
  await engine.clock.ready()
  const patientRedis = new Redis(services.redisUrl, patient)
  return {
    ...engine,
    ...places,
    patientRedis,
    async close() {
      patientRedis.disconnect()
      await engine.close()
    },
  }
}
