import {
  claimNextCalls,
  defaultRules,
  eventSchemas,
  manualClock,
  scanDue,
  openEngine,
  putAgent,
  putSession,
  putUser,
  readLog,
  reconciler,
  routeCallbacks,
  scheduleCallback,
  type ClaimedCall,
  type Engine,
  type ManualClock,
  type Rules,
  type RouteResult,
  type Telemetry,
} from '@ringback/core'
import {
  callbacks,
  callQueue,
  connect,
  inTransaction,
  type AgentStatus,
  type Callback,
  type QueueEntry,
} from '@ringback/db'
import { pino } from 'pino'
import type postgres from 'postgres'
import { expect } from 'vitest'
import { borrowTestDatabase } from './database.ts'
import { testRedisPrefix } from './redis.ts'
import { testServices } from './services.ts'

/** An engine on a database and a Redis prefix of its own, with a clock that stands still, and rows to work with. */
export interface TestEngine extends Engine, AsyncDisposable {
  time: ManualClock
  /** Of the role of API and workers, as the engine itself has it. */
  databaseUrl: string
  /** Connections of the owner of the tables, as migrations have them. */
  owner: postgres.Sql
  ownerUrl: string
  redisUrl: string
  /** Log lines, as objects. */
  logged: Record<string, unknown>[]
  /** Runs one pass of the reconciler. */
  reconcile(): ReturnType<ReturnType<typeof reconciler>>
  addUser(): Promise<string>
  /** Adds an agent, logged in with `status`, or logged out. */
  addAgent(status?: AgentStatus): Promise<number>
  /** Schedules a callback `inMinutes` from now. */
  addCallback(fields?: Partial<Parameters<typeof scheduleCallback>[1]> & { inMinutes?: number }): Promise<Callback>
  route(...callbackIds: string[]): Promise<RouteResult[]>
  /** The callbacks that a tick would have routed now, in order. */
  foundByTick(): Promise<string[]>
  /** Milliseconds pass, and agents who are logged in are heard of. */
  pass(ms: number): Promise<void>
  callback(id: string): Promise<Callback>
  /**
   * What `work` does when somebody else's ordinary entry of the user is committed after it has looked and before it has
   * written: it waits for that transaction.
   */
  meetingEntryOf<T>(userId: string, work: () => Promise<T>): Promise<T>
  /** What several pieces of work do that begin while another transaction has the row of an agent, and all wait for it. */
  meetingAtAgent<T>(agentId: number, works: (() => Promise<T>)[]): Promise<T[]>
  /** Waits until at least `count` statements on this database wait for a lock. */
  untilWaiting(count: number): Promise<void>
  /** Writes what the database refuses: a row that is wrong. */
  breakRows(work: (sql: postgres.TransactionSql) => Promise<unknown>): Promise<void>
  /** The live queue entry of a callback. */
  entryOf(callbackId: string): Promise<QueueEntry | undefined>
}

/** An agent who asks for itself. */
export function asAgent(agentId: number) {
  return { agentId, actor: { role: 'agent', agentId } } as const
}

/** What claims of several agents together come to; an Error where one was refused. */
export async function claimTogether(
  ...args: Parameters<typeof claimNextCalls>
): Promise<(ClaimedCall | undefined | Error)[]> {
  const claims = await claimNextCalls(...args)
  return Promise.all(claims.map((claim) => claim.catch((error: Error) => error)))
}

/**
 * Whatever a test did: all that the log holds of it is what its readers are told to expect. A history that the test itself has
 * written has no actor.
 */
async function assertEventsAreAsDescribed(sql: postgres.Sql): Promise<void> {
  const told = await readLog(sql, undefined, 10_000)
  for (const { event } of told === 'gap' ? [] : told) {
    if (event.type.startsWith('callback.') && (event.data as { actor: unknown }).actor === null) continue
    const { error } = eventSchemas[event.type].safeParse(event)
    if (error) throw new Error(`${JSON.stringify(event)} is not as described: ${error.message}`)
  }
}

/** 10:00 on a Monday: where the clock stands, unless the test says otherwise. */
export const monday = new Date('2026-03-02T10:00:00Z')

export async function openTestEngine(
  options: {
    rules?: Partial<Rules>
    redisUrl?: string
    redisPrefix?: string
    poolSize?: number
    /** Where the clock stands: now, if processes work beside the engine, for they have Postgres' time. */
    startsAt?: Date
    telemetry?: Telemetry
  } = {},
): Promise<TestEngine> {
  const database = await borrowTestDatabase()
  const time = manualClock(options.startsAt ?? monday)
  const redisPrefix = options.redisPrefix ?? testRedisPrefix()
  const redisUrl = options.redisUrl ?? (await testServices()).redisUrl
  const logged: Record<string, unknown>[] = []
  const engine = openEngine({
    databaseUrl: database.appUrl,
    redisUrl,
    redisPrefix,
    rules: { ...defaultRules, ...options.rules },
    poolSize: options.poolSize ?? 8,
    applicationName: 'ringback-test',
    clock: time,
    telemetry: options.telemetry,
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  })
  const { deps } = engine
  await engine.redisReady()
  const pass = reconciler(engine.redis, { prefix: redisPrefix, clock: time, log: deps.log })
  const reconcile = () => inTransaction(engine.sql, pass)
  const owner = connect(database.url, { max: 2, applicationName: 'ringback-test-owner' })
  let lastId = 0

  async function close() {
    await assertEventsAreAsDescribed(owner)
    await engine.close()
    await owner.end({ timeout: 5 })
    await database.drop()
  }

  async function untilWaiting(count: number) {
    const waiting = async () => {
      const rows = await engine.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return rows.length
    }
    await expect.poll(waiting, { timeout: 30_000 }).toBeGreaterThanOrEqual(count)
  }

  async function addUser() {
    const { user } = await putUser(deps, { userId: String(++lastId), name: `User ${lastId}`, phone: '+1 202 555 0100' })
    return user.id
  }

  return {
    ...engine,
    time,
    databaseUrl: database.appUrl,
    owner,
    ownerUrl: database.url,
    redisUrl,
    redisPrefix,
    logged,
    reconcile,
    addUser,
    async addAgent(status) {
      const agentId = ++lastId
      await putAgent(deps, { agentId, firstName: 'Agent', lastName: String(agentId) })
      if (status) await putSession(deps, { agentId, status })
      return agentId
    },
    async addCallback({ inMinutes = 0, ...fields } = {}) {
      const userId = fields.userId ?? (await addUser())
      const scheduledFor = new Date(time.now().getTime() + inMinutes * 60_000)
      return scheduleCallback(deps, { userId, scheduledFor, ...fields })
    },
    async foundByTick() {
      const found: string[] = []
      for await (const page of scanDue(deps, time.now()))
        found.push(...page.callbacks.map(({ callbackId }) => callbackId))
      return found
    },
    async pass(ms) {
      time.advance(ms)
      await deps.sql`update agent_sessions set last_seen_at = ${time.now()} where logout_at is null`
    },
    async route(...callbackIds) {
      const results = await routeCallbacks(deps, { callbackIds, runId: null })
      return callbackIds.map((id) => results.get(id)!)
    },
    async meetingEntryOf(userId, work) {
      let working: ReturnType<typeof work>
      await engine.sql.begin(async (tx) => {
        await tx`
          insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
          select ${userId}, 'outstanding_requests', 0, 'pending', t, t, t from (select ${time.now()}::timestamptz as t) now`
        working = work()
        await untilWaiting(1)
      })
      return working!
    },
    async meetingAtAgent(agentId, works) {
      let working: ReturnType<(typeof works)[number]>[] = []
      await engine.sql.begin(async (tx) => {
        await tx`select from agents where id = ${agentId} for update`
        working = works.map((work) => work())
        await untilWaiting(works.length)
      })
      return Promise.all(working)
    },
    async breakRows(work) {
      const tables = ['call_queue', 'callbacks', 'agent_sessions', 'users']
      await owner.begin(async (tx) => {
        for (const table of tables) await tx.unsafe(`alter table ${table} disable trigger user`)
        await work(tx)
        for (const table of tables) await tx.unsafe(`alter table ${table} enable trigger user`)
      })
    },
    untilWaiting,
    callback: async (id) => (await callbacks.get(engine.sql, id))!,
    entryOf: (callbackId) => callQueue.getLiveOfCallback(engine.sql, callbackId),
    close,
    [Symbol.asyncDispose]: close,
  }
}
