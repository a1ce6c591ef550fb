import {
  defaultRules,
  manualClock,
  openEngine,
  reconciler,
  type Deps,
  type Engine,
  type ManualClock,
  type RoutingQueue,
} from '@ringback/core'
import { inTransaction } from '@ringback/db'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import postgres from 'postgres'
import { startStatementProxy, type StatementProxy } from './statement-proxy.ts'

/** One of the two who act at once: a process of Ringback of its own, as far as Postgres can see. */
export interface Actor {
  deps: Deps
  /** The same for one whose lanes are not there. */
  withoutLanes: Deps
  reconcile(): ReturnType<ReturnType<typeof reconciler>>
}

/** A database and a Redis on which two actors work. What the first one sends goes through the proxy. */
export interface Place {
  first: Actor
  second: Actor
  proxy: StatementProxy
  time: ManualClock
  /** Looks on from outside, as the owner of the server, with the names of Postgres. */
  sql: postgres.Sql
  redis: Redis
  redisPrefix: string
  /** Waits until `work` has ended, or everything that this actor does waits for a lock. Tells which. */
  untilBlockedOrDone(actor: 'first' | 'second', work: Promise<unknown>): Promise<'blocked' | 'done'>
  close(): Promise<void>
}

const redisPrefix = '{pairs}'
const names = { first: 'pairs-first', second: 'pairs-second' }
const connections = 4
const lookEveryMs = 1
const endsWithinMs = 30_000

/** Opens a place on a migrated database that nobody else uses, and on a Redis that may be flushed. */
export async function openPlace({ databaseUrl, redisUrl }: { databaseUrl: string; redisUrl: string }): Promise<Place> {
  await using opened = new AsyncDisposableStack()
  const { hostname, port } = new URL(databaseUrl)
  const proxy = opened.adopt(await startStatementProxy(hostname, Number(port || 5432)), (it) => it.close())
  const sql = opened.adopt(postgres(databaseUrl, { max: 2, onnotice: () => {} }), (it) => it.end({ timeout: 5 }))
  const redis = opened.adopt(new Redis(redisUrl), (it) => it.disconnect())
  const time = manualClock(new Date('2026-03-02T10:00:00Z'))
  await waitAsLongAsItTakes(sql)

  const proxied = new URL(databaseUrl)
  proxied.hostname = '127.0.0.1'
  proxied.port = String(proxy.port)
  const open = (url: string, name: string, prefix: string) =>
    opened.adopt(
      openEngine({
        databaseUrl: url,
        redisUrl,
        redisPrefix: prefix,
        rules: defaultRules,
        poolSize: connections,
        applicationName: name,
        clock: time,
        log: pino({ level: 'silent' }),
      }),
      (engine) => engine.close(),
    )
  const actorOn = async (url: string, name: string): Promise<Actor> => {
    const engine = open(url, name, redisPrefix)
    const withoutLanes = open(url, name, '{pairs-unbuilt}')
    await Promise.all([engine.redisReady(), withoutLanes.redisReady()])
    const pass = reconciler(engine.redis, { prefix: redisPrefix, clock: time, log: engine.deps.log })
    return {
      deps: routingDirectly(engine),
      withoutLanes: routingDirectly(withoutLanes),
      reconcile: () => inTransaction(engine.sql, pass),
    }
  }
  const [first, second] = await Promise.all([actorOn(proxied.href, names.first), actorOn(databaseUrl, names.second)])

  const closing = opened.move()
  return {
    first,
    second,
    proxy,
    time,
    sql,
    redis,
    redisPrefix,
    async untilBlockedOrDone(actor, work) {
      let isDone = false
      const done = work.then(
        () => void (isDone = true),
        () => void (isDone = true),
      )
      for (const endsBy = performance.now() + endsWithinMs; performance.now() < endsBy;) {
        await Promise.race([done, new Promise((resolve) => setTimeout(resolve, lookEveryMs))])
        if (isDone) return 'done'
        if (await isBlocked(sql, names[actor])) return 'blocked'
      }
      throw new Error(`The ${actor} step neither ends nor waits for a lock`)
    },
    close: () => closing.disposeAsync(),
  }
}

/**
 * A deadlock is a collision that is tried again; waiting a second for each to be noticed would be most of the time. That somebody
 * waits for a lock for no longer than a second is of no matter here, where the other one is stopped for as long as the machine
 * needs: `set_config` is asked in `public` first, and has them wait.
 */
async function waitAsLongAsItTakes(sql: postgres.Sql): Promise<void> {
  const [row] = await sql<{ name: string }[]>`select quote_ident(current_database()) as name`
  await sql.unsafe(`
    create or replace function public.set_config(name text, value text, is_local boolean) returns text begin atomic
      select pg_catalog.set_config(name, case name when 'lock_timeout' then '${endsWithinMs}' else value end, is_local);
    end;
    alter database ${row!.name} set search_path = public, pg_catalog;
    alter database ${row!.name} set deadlock_timeout = '10ms'`)
}

/** Whether everything that an actor has at work in the database waits for a lock. */
async function isBlocked(sql: postgres.Sql, name: string): Promise<boolean> {
  const [row] = await sql<{ is_blocked: boolean }[]>`
    select coalesce(bool_and(wait_event_type is not distinct from 'Lock'), false) as is_blocked from pg_stat_activity
    where datname = current_database() and application_name = ${name} and state = 'active'`
  return row!.is_blocked
}

/** Callbacks are routed by the step that would else make jobs: nobody works on jobs here. */
function routingDirectly({ deps }: Engine): Deps {
  const routing: RoutingQueue = {
    add: () => Promise.reject(new Error('callbacks are routed directly here')),
    close: () => Promise.resolve(),
  }
  return { ...deps, routing }
}
