import { once } from 'node:events'
import { connect, type ConnectOptions } from '@ringback/db'
import type { Logger } from 'pino'
import type postgres from 'postgres'
import { engineTask } from './actor.ts'
import type { ServerCertificates } from './certificates.ts'
import { databaseClock, type Clock, type DatabaseClock } from './clock.ts'
import type { Deps } from './deps.ts'
import { wakeUpReaders } from './events/wake-up.ts'
import { tzDataOfProcess, type TzData } from './hours/tz-data.ts'
import { pausedQueuesOn } from './jobs/paused-queues.ts'
import { routingQueueOn } from './jobs/routing-queue.ts'
import { lanesOn } from './lanes/lanes.ts'
import { assignedCounter } from './memory/assigned-counts.ts'
import { emptyLanes } from './memory/empty-lanes.ts'
import { passedOverEntries } from './memory/passed-over.ts'
import { servedQueues } from './memory/served-queues.ts'
import { storedCalendars } from './memory/stored-calendars.ts'
import { storedPolicies } from './memory/stored-policies.ts'
import { protectionOfDatabase, protectionOfRedis } from './protection.ts'
import { readsOnPrimary, readsOnStandby, type Reads, type StandbyPlace } from './reads/reads.ts'
import { connectRedis, impatient, type RedisConnection, type RedisPatience } from './redis/connection.ts'
import type { Rules } from './rules.ts'
import { noTelemetry, type Telemetry } from './telemetry/telemetry.ts'
import { writesOn } from './transact.ts'

export interface EngineOptions {
  databaseUrl: string
  /** From where reports and lists are read; from the primary when left out. */
  standby?: StandbyPlace | undefined
  redisUrl: string
  redisPrefix: string
  /** For TLS; where a server is on this machine they may be left out. */
  certificates?: ServerCertificates
  rules: Rules
  /** Most connections to Postgres. */
  poolSize: number
  applicationName: string
  log: Logger
  /** Nobody is told anything when left out. */
  telemetry?: Telemetry | undefined
  /** The database's clock when left out. */
  clock?: Clock
  /** That of the process when left out. */
  tzData?: TzData
}

/** What an app composes itself from: the dependencies of the steps, and the connections below them. */
export interface Engine {
  deps: Deps
  /** For what only tells. */
  reads: Reads
  sql: postgres.Sql
  /** An impatient connection, for lanes and short questions. */
  redis: RedisConnection
  /** With what the names of all keys begin. */
  redisPrefix: string
  clock: DatabaseClock
  /** A pool of its own on the same Postgres. Whoever opens it closes it. */
  openPool: (options: ConnectOptions) => postgres.Sql
  /** A connection of its own to the same Redis. Whoever opens it closes it. */
  openRedis: (patience: RedisPatience) => RedisConnection
  /** Resolves when Redis is there, for those who would rather wait than do without. */
  redisReady(): Promise<void>
  /** Closes what was opened, in reverse order. */
  close(): Promise<void>
}

/** Opens the connections and puts the engine together. Neither Postgres nor Redis need be there yet. */
export function openEngine(options: EngineOptions): Engine {
  const {
    databaseUrl,
    redisUrl,
    redisPrefix,
    certificates,
    rules,
    poolSize,
    applicationName,
    log,
    telemetry = noTelemetry,
  } = options
  warnOfUnprotected(options)
  const openPool = (pool: ConnectOptions) => connect(databaseUrl, { ...pool, certificates: certificates?.database })
  const openRedis = (patience: RedisPatience) => connectRedis(redisUrl, patience, log, certificates?.redis)
  const sql = openPool({ max: poolSize, applicationName })
  const redis = openRedis(impatient)
  const queueRedis = openRedis(impatient)
  const clock = databaseClock(sql)
  const lanes = lanesOn(redis, redisPrefix, log, telemetry)
  const routing = routingQueueOn(queueRedis, redisPrefix, telemetry)
  const pausedQueues = pausedQueuesOn(queueRedis, redisPrefix)
  const time = options.clock ?? clock
  const deps: Deps = {
    sql,
    clock: time,
    lanes,
    routing,
    pausedQueues,
    rules,
    tzData: options.tzData ?? tzDataOfProcess,
    log,
    telemetry,
    countAssigned: assignedCounter(),
    policies: storedPolicies(log),
    calendars: storedCalendars(log),
    passedOver: passedOverEntries(),
    emptyLanes: emptyLanes(),
    servedQueues: servedQueues(),
    ...writesOn(sql, {
      lanes,
      clock: time,
      log,
      telemetry,
      actor: engineTask(applicationName),
      wakeUp: wakeUpReaders(redis, redisPrefix),
    }),
  }

  const reads = options.standby
    ? readsOnStandby(
        deps,
        options.standby,
        { max: poolSize, applicationName, certificates: certificates?.database },
        openPool,
      )
    : readsOnPrimary(deps)

  telemetry.watch('ringback_postgres_pool_limit', {}, () => poolSize)
  if (options.standby) telemetry.watch('ringback_standby_used', {}, () => (reads.standby()?.isUsed ? 1 : 0))

  return {
    deps,
    reads,
    sql,
    redis,
    redisPrefix,
    clock,
    openPool,
    openRedis,
    async redisReady() {
      await Promise.all(
        [redis, queueRedis].map(async (connection) => connection.status === 'ready' || once(connection, 'ready')),
      )
    },
    async close() {
      await pausedQueues.close()
      await routing.close()
      queueRedis.disconnect()
      redis.disconnect()
      await reads.close()
      await sql.end({ timeout: 5 })
    },
  }
}

function warnOfUnprotected({ databaseUrl, standby, redisUrl, certificates, log }: EngineOptions): void {
  const servers = {
    Postgres: protectionOfDatabase(databaseUrl, certificates ?? {}),
    ...(standby && { 'the standby of Postgres': protectionOfDatabase(standby.databaseUrl, certificates ?? {}) }),
    Redis: protectionOfRedis(redisUrl),
  }
  for (const [server, { isGood, detail, remedy }] of Object.entries(servers)) {
    if (!isGood) log.warn({ remedy }, `the connection to ${server} is not protected: ${detail}`)
  }
}
