import {
  checkNow,
  history,
  inTransaction,
  retryCollisions,
  type Actor,
  type EntryPlace,
  type Pipeline,
  type Sql,
  type Statement,
} from '@ringback/db'
import type { Logger } from 'pino'
import type postgres from 'postgres'
import type { Clock } from './clock.ts'
import type { Lanes } from './lanes/lanes.ts'
import { stopwatch, type Telemetry } from './telemetry/telemetry.ts'

/** Where and when a step writes, and what follows from it. */
export interface Unit {
  sql: Sql
  /** The moment of the step, the same for everything that it writes and decides. */
  now: Date
  /** Who does it (see `actingAs`). */
  actor: Actor
  /** Queue entries that were changed, for the lanes. */
  changed: EntryPlace[]
  /**
   * Does something once when all is committed, and never when it is not: says what happened, or sees to what follows.
   * What fails there is logged; a later tick makes up for it.
   */
  afterCommit: (work: () => unknown) => void
}

/** A unit in which all is committed together. */
export interface Transaction extends Unit {
  /** Sends a statement whose result nobody needs to go on. */
  pipeline: Pipeline
  /**
   * The same, as the last thing before COMMIT, when all has been checked: for a row that many transactions wait for, so
   * that none holds it longer than it must.
   */
  last: Pipeline
  /** Notes what happened to callbacks, in their history. */
  note: (...events: history.HistoryEvent[]) => void
}

export type Write = <T>(work: (unit: Unit) => Promise<T>) => Promise<T>
export type Transact = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>

/**
 * The two ways to write. Both keep one rule: first commit, then bring the lanes up to date, then say so. What is lost in
 * between is found again by the reconciler, and by whoever reads the log of what happened. Work that collides with another transaction is run again from the start, and
 * whatever it had gathered is forgotten.
 *
 * @param actor who acts where nobody says so
 * @param wakeUp tells readers of the log that there is something to read
 */
export function writesOn(
  sql: postgres.Sql,
  {
    lanes,
    clock,
    log,
    telemetry,
    actor,
    wakeUp,
  }: { lanes: Lanes; clock: Clock; log: Logger; telemetry: Telemetry; actor: Actor; wakeUp: () => void },
): { transact: Transact; write: Write } {
  async function follow<T>(commit: (attempt: () => Unit) => Promise<T>): Promise<T> {
    let unit: Unit
    let followUps: (() => unknown)[]
    let attempts = 0
    const seconds = stopwatch()
    const result = await commit(() => {
      attempts += 1
      followUps = []
      const afterCommit = (work: () => unknown) => void followUps.push(work)
      unit = { sql, now: clock.now(), actor, changed: [], afterCommit }
      return unit
    })
    telemetry.observe('ringback_transaction_duration_seconds', {}, seconds())
    if (attempts > 1) telemetry.count('ringback_transaction_retries_total', {}, attempts - 1)
    wakeUp()
    await lanes.apply(unit!.changed, unit!.now)
    for (const work of followUps!) {
      try {
        await work()
      } catch (error) {
        log.warn({ err: error }, 'what follows from a change could not be done')
      }
    }
    return result
  }

  function countEvents(events: history.HistoryEvent[]): void {
    for (const [kind, { length }] of Map.groupBy(events, (event) => event.kind)) {
      telemetry.count('ringback_callback_events_total', { kind }, length)
    }
  }

  return {
    transact: (work) =>
      follow((attempt) =>
        inTransaction(sql, async (tx, pipeline) => {
          const events: history.HistoryEvent[] = []
          const note = (...more: history.HistoryEvent[]) => void events.push(...more)
          const lastOnes: (Statement | undefined)[] = []
          const last: Pipeline = (statement) => void lastOnes.push(statement)
          const unit = Object.assign(attempt(), { sql: tx, pipeline, last, note })
          const result = await work(unit)
          if (events.length > 0) pipeline(history.add(tx, events, unit.actor, unit.now))
          if (events.length > 0) unit.afterCommit(() => countEvents(events))
          if (lastOnes.length > 0) pipeline(checkNow(tx))
          for (const statement of lastOnes) pipeline(statement)
          return result
        }),
      ),
    write: (work) => follow((attempt) => retryCollisions(() => work(attempt()))),
  }
}

/**
 * Sends statements that need nothing from each other together, in one round trip. Postgres does them one after the other,
 * in the order given: locks are taken in it, and each sees what those before it did.
 */
export function inOrder<const Statements extends readonly unknown[]>(
  ...statements: Statements
): Promise<{ -readonly [Index in keyof Statements]: Awaited<Statements[Index]> }> {
  return Promise.all(statements) as never
}
