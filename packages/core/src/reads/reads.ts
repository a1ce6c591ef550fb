import { connect, isDatabaseAway, isOutOfTime, type ConnectOptions } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { storedCalendars } from '../memory/stored-calendars.ts'
import { storedPolicies } from '../memory/stored-policies.ts'
import { watchStandby, type StandbyState } from './standby.ts'

/** A server that follows the primary, and how old what it tells may be. */
export interface StandbyPlace {
  databaseUrl: string
  maxLagMs: number
}

/** Where what only tells is read: reports, figures and lists, which may be seconds old. Nothing is ever decided by it. */
export interface Reads {
  /**
   * Does work that reads alone: on the standby while that is close behind its primary, else on the primary. What the standby
   * cannot answer (it is away, it has to go on with what its primary says, it has not seen a migration yet), the primary is
   * asked, so the work may be done twice.
   */
  run<T>(work: (deps: Deps) => Promise<T>): Promise<T>
  /** How the standby stands; undefined when there is none. */
  standby(): StandbyState | undefined
  close(): Promise<void>
}

/** Everything is read from the primary. */
export function readsOnPrimary(deps: Deps): Reads {
  return { run: (work) => work(deps), standby: () => undefined, close: async () => {} }
}

/**
 * @param deps those of the primary
 * @param pool of the standby, as that of the primary is
 * @param openPrimaryPool opens one more pool on the primary
 */
export function readsOnStandby(
  deps: Deps,
  { databaseUrl, maxLagMs }: StandbyPlace,
  pool: ConnectOptions,
  openPrimaryPool: (options: ConnectOptions) => ReturnType<typeof connect>,
): Reads {
  const { log } = deps
  const watching = { max: 1, statementTimeoutMs: 2_000, applicationName: `${pool.applicationName}-standby-watch` }
  const primaryWatch = openPrimaryPool(watching)
  const standbyWatch = connect(databaseUrl, { ...pool, ...watching })
  const sql = connect(databaseUrl, pool)
  const standby = watchStandby({ primary: primaryWatch, standby: standbyWatch, maxLagMs, log })
  const onStandby: Deps = {
    ...deps,
    sql,
    // Memories of its own: what is a little old must not come to those who decide by it.
    policies: storedPolicies(log),
    calendars: storedCalendars(log),
    transact: refuseToWrite,
    write: refuseToWrite,
  }

  return {
    async run(work) {
      if (!standby.state().isUsed) return work(deps)
      try {
        return await Promise.race([work(onStandby), standby.untilUnused()])
      } catch (error) {
        // What took too long there would do so on the primary.
        if (error instanceof DomainError || isOutOfTime(error)) throw error
        if (isDatabaseAway(error)) standby.hasFailed()
        log.debug({ err: error }, 'asked of the primary, as the standby had no answer')
        return work(deps)
      }
    },
    standby: () => standby.state(),
    async close() {
      await standby.stop()
      await Promise.all([sql, standbyWatch, primaryWatch].map((each) => each.end({ timeout: 1 })))
    },
  }
}

async function refuseToWrite(): Promise<never> {
  throw new Error('What reads from a standby writes nothing')
}
