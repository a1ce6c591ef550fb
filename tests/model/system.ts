import {
  queueOn,
  routeCallbacks,
  weekdays,
  type CalendarDocument,
  type RouteResult,
  type RoutingPayload,
} from '@ringback/core'
import { startRedis } from '@ringback/local'
import { monday } from '@ringback/testing'
import { Redis } from 'ioredis'
import { openTestApi, type TestApi } from '../../apps/api/src/testing/api.ts'
import type { Hours } from './rules/hours.ts'
import {
  agentIds,
  calendarIds,
  defaultQueueType,
  firstHours,
  firstPolicy,
  firstQueueTypes,
  newWorld,
  openCallbacksPerUser,
  type World,
} from './rules/world.ts'

/** Ringback itself: its API on a real Postgres and on a Redis of its own, which may be flushed. */
export interface System extends Pick<TestApi, 'engine' | 'supervisor'> {
  /** Forgets everything, and returns the world that is left. */
  reset(): Promise<World>
  flushRedis: () => Promise<void>
  /** Does the jobs that wait, all together as a worker would. Returns what became of each callback. */
  work: () => Promise<Map<string, RouteResult>>
  close(): Promise<void>
}

export async function openSystem(): Promise<System> {
  const redisServer = await startRedis()
  const { engine, supervisor, ...api } = await openTestApi(
    { RATE_LIMIT_PER_MINUTE: '0' },
    { redisUrl: redisServer.url, rules: { openCallbacksPerUser } },
  )
  const redis = new Redis(redisServer.url)
  const jobs = queueOn<RoutingPayload>(redis, engine.redisPrefix, 'routing')
  const tables = await engine.sql<{ name: string }[]>`
    select string_agg(quote_ident(tablename), ', ') as name from pg_tables where schemaname = 'public'`

  return {
    engine,
    supervisor,
    async reset() {
      await engine.owner.unsafe(`truncate ${tables[0]!.name} restart identity cascade`)
      await redis.flushdb()
      engine.deps.servedQueues.forget()
      for (const [index, queueType] of firstQueueTypes.entries()) {
        engine.time.set(new Date(monday.getTime() - 1_000 + index))
        await supervisor.put(`/api/queues/${queueType}`, { name: 'A queue' })
      }
      engine.deps.policies.forget()
      engine.deps.calendars.forget()
      engine.time.set(monday)
      for (const id of calendarIds) await supervisor.put(`/api/calendars/${id}`, calendarOf(firstHours))
      await supervisor.put(`/api/policies/${defaultQueueType}`, firstPolicy)
      const world = newWorld(monday)
      for (const userId of world.users) await supervisor.put(`/api/users/${userId}`, { name: `User ${userId}` })
      for (const agentId of agentIds) {
        await supervisor.put(`/api/agents/${agentId}`, { firstName: 'Agent', lastName: String(agentId) })
        await supervisor.put(`/api/agents/${agentId}/session`, { status: 'available' })
      }
      await engine.reconcile()
      return world
    },
    async flushRedis() {
      await redis.flushdb()
    },
    async work() {
      const waiting = await jobs.getJobs(['waiting', 'prioritized', 'delayed'])
      const callbackIds = waiting.map((job) => job.data.callbackId)
      const results = await routeCallbacks(engine.deps, { callbackIds, runId: null })
      for (const job of waiting) await job.remove()
      return results
    },
    async close() {
      await jobs.close()
      redis.disconnect()
      await api.close()
      await redisServer.stop()
    },
  }
}

/** These minutes of each ten, from 10:00 to 14:00 UTC on every day. */
export function calendarOf({ from, until }: Hours): CalendarDocument {
  const tens = Array.from({ length: 24 }, (_, index) => 10 * 60 + 10 * index)
  const time = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
  const ranges = tens.map((start): [string, string] => [time(start + from), time(start + until)])
  return { timeZone: 'UTC', week: Object.fromEntries(weekdays.map((day) => [day, ranges])) }
}
