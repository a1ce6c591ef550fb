import { inTransaction, retryCollisions, type EntryPlace, type Pipeline, type Sql } from '@ringback/db'
import type { Logger } from 'pino'
import type postgres from 'postgres'
import type { Clock } from './clock.ts'
import type { RoutingQueue } from './jobs/routing-queue.ts'
import type { Lanes } from './lanes/lanes.ts'
import type { Policy } from './policy.ts'
import type { AssignedCounts } from './routing/assigned-counts.ts'

/** What a step works with. */
export interface Deps {
  sql: Sql
  clock: Clock
  lanes: Lanes
  routing: RoutingQueue
  policy: Policy
  log: Logger
  /** The live assigned callbacks of all agents (see `assignedCounter`). */
  countAssigned: (sql: Sql) => Promise<AssignedCounts>
  /** Runs work of several statements in one transaction, then mirrors what it changed. */
  transact: Transact
  /** Runs work whose every statement is a transaction of its own, then mirrors what it changed. */
  write: Write
}

/** Where to write, and the queue entries that were changed. */
export interface Unit {
  sql: Sql
  changed: EntryPlace[]
}

export interface Transaction extends Unit {
  /** Sends a statement whose result nobody needs to go on. */
  pipeline: Pipeline
}

export type Write = <T>(work: (unit: Unit) => Promise<T>) => Promise<T>
export type Transact = <T>(work: (unit: Transaction) => Promise<T>) => Promise<T>

/**
 * The two ways to write. Both keep one rule: first commit, then bring the lanes up to date. What is lost in between is
 * found again by the reconciler.
 */
export function writesOn(sql: postgres.Sql, lanes: Lanes, clock: Clock): Pick<Deps, 'transact' | 'write'> {
  async function thenMirror<T>(commit: (changed: EntryPlace[]) => Promise<T>): Promise<T> {
    const changed: EntryPlace[] = []
    const result = await commit(changed)
    await lanes.apply(changed, clock.now())
    return result
  }
  return {
    transact: (work) =>
      thenMirror((changed) =>
        inTransaction(sql, (tx, pipeline) => {
          changed.length = 0
          return work({ sql: tx, changed, pipeline })
        }),
      ),
    write: (work) =>
      thenMirror((changed) =>
        retryCollisions(() => {
          changed.length = 0
          return work({ sql, changed })
        }),
      ),
  }
}

/** The same dependencies inside a transaction that somebody else commits: every step joins it. */
export function within(deps: Deps, unit: Transaction): Deps {
  const join: Transact = (work) => work(unit)
  return { ...deps, sql: unit.sql, transact: join, write: join }
}
