import type { Sql } from '@ringback/db'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { TzData } from './hours/tz-data.ts'
import type { PausedQueues } from './jobs/paused-queues.ts'
import type { RoutingQueue } from './jobs/routing-queue.ts'
import type { Lanes } from './lanes/lanes.ts'
import type { AssignedCounts } from './memory/assigned-counts.ts'
import type { EmptyLanes } from './memory/empty-lanes.ts'
import type { PassedOver } from './memory/passed-over.ts'
import type { ServedQueues } from './memory/served-queues.ts'
import type { StoredCalendars } from './memory/stored-calendars.ts'
import type { StoredPolicies } from './memory/stored-policies.ts'
import type { Rules } from './rules.ts'
import type { Telemetry } from './telemetry/telemetry.ts'
import type { Transact, Transaction, Write } from './transact.ts'

/** What a step works with. */
export interface Deps {
  sql: Sql
  clock: Clock
  lanes: Lanes
  routing: RoutingQueue
  pausedQueues: PausedQueues
  rules: Rules
  /** By which a time of the clock on a wall is a moment. */
  tzData: TzData
  log: Logger
  /** Is told what is done, and how long it takes. */
  telemetry: Telemetry
  /** The live assigned callbacks of all agents (see `assignedCounter`). */
  countAssigned: (sql: Sql) => Promise<AssignedCounts>
  /** The policies of the queues. */
  policies: StoredPolicies
  /** The calendars that policies name. */
  calendars: StoredCalendars
  /** The entries that this process could not claim lately. */
  passedOver: PassedOver
  /** When an empty answer of the lanes is not taken for true. */
  emptyLanes: EmptyLanes
  /** The queues that there are, and which of them agents serve. */
  servedQueues: ServedQueues
  /** Runs work of several statements in one transaction, then mirrors what it changed. */
  transact: Transact
  /** Runs work whose every statement is a transaction of its own, then mirrors what it changed. */
  write: Write
}

/**
 * The same dependencies inside a transaction that somebody else commits: every step joins it. What follows when it is
 * committed is outside of it, with the connections of whoever committed it.
 */
export function within(deps: Deps, tx: Transaction): Deps {
  const join: Transact = (work) => work(tx)
  const inside = { ...deps, sql: tx.sql, transact: join, write: join }
  const { sql, transact, write } = deps
  tx.afterCommit(() => Object.assign(inside, { sql, transact, write }))
  return inside
}
