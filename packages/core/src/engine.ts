import { once } from 'node:events'
import { connect } from '@ringback/db'
import type { Logger } from 'pino'
import type postgres from 'postgres'
import { engineTask } from './actor.ts'
import { databaseClock, type Clock, type DatabaseClock } from './clock.ts'
import type { Deps } from './deps.ts'
import { pausedQueuesOn } from './jobs/paused-queues.ts'
import { routingQueueOn } from './jobs/routing-queue.ts'
import { lanesOn } from './lanes/lanes.ts'
import { assignedCounter } from './memory/assigned-counts.ts'
import { emptyLanes } from './memory/empty-lanes.ts'
import { passedOverEntries } from './memory/passed-over.ts'
import type { Policy } from './policy.ts'
import { connectRedis, impatient, type RedisConnection } from './redis/connection.ts'
import { writesOn } from './transact.ts'

export interface EngineOptions {
  databaseUrl: string
  redisUrl: string
  redisPrefix: string
  policy: Policy
  /** Most connections to Postgres. */
  poolSize: number
  applicationName: string
  log: Logger
  /** The database's clock when left out. */
  clock?: Clock
}

/** What an app composes itself from: the dependencies of the steps, and the connections below them. */
export interface Engine {
  deps: Deps
  sql: postgres.Sql
  /** An impatient connection, for lanes and short questions. */
  redis: RedisConnection
  clock: DatabaseClock
  /** Resolves when Redis is there, for those who would rather wait than do without. */
  redisReady(): Promise<void>
  /** Closes what was opened, in reverse order. */
  close(): Promise<void>
}

/** Opens the connections and puts the engine together. Neither Postgres nor Redis need be there yet. */
export function openEngine(options: EngineOptions): Engine {
  const { databaseUrl, redisUrl, redisPrefix, policy, poolSize, applicationName, log } = options
  const sql = connect(databaseUrl, { max: poolSize, applicationName })
  const redis = connectRedis(redisUrl, impatient, log)
  const queueRedis = connectRedis(redisUrl, impatient, log)
  const clock = databaseClock(sql)
  const lanes = lanesOn(redis, redisPrefix, log)
  const routing = routingQueueOn(queueRedis, redisPrefix)
  const pausedQueues = pausedQueuesOn(queueRedis, redisPrefix)
  const time = options.clock ?? clock
  const deps: Deps = {
    sql,
    clock: time,
    lanes,
    routing,
    pausedQueues,
    policy,
    log,
    countAssigned: assignedCounter(),
    passedOver: passedOverEntries(),
    emptyLanes: emptyLanes(),
    ...writesOn(sql, { lanes, clock: time, log, actor: engineTask(applicationName) }),
  }

  return {
    deps,
    sql,
    redis,
    clock,
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
      await sql.end({ timeout: 5 })
    },
  }
}
