import { callbacks, engineFacts, type EngineFact, type EngineFactName } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { reasonOf } from '../errors.ts'
import { dayMs } from '../rules.ts'
import { followWallClock } from './postpone.ts'

/** How often a process looks whether it knows more of time zones than others have known, or less. */
export const tzDataEveryMs = 60_000
/** What a process that is behind has said of itself is taken to hold for so long. */
const behindForMs = 3 * tzDataEveryMs
const pageSize = 500

export interface TzDataFollowed {
  /** The newest tzdata that any process has had. */
  seen: string
  /** Whether this process has an older one; it then promises nothing by the clock on a wall. */
  isBehind: boolean
  /** How many promises were moved. */
  moved: number
}

/**
 * Has promises by the clock on a wall follow the newest tzdata that any process has had. A process that has newer
 * one says so, and computes the open ones again, which is done once a day as well: what moves is rescheduled with the reason
 * `tzdata`. A process whose own is older says so, moves nothing, and refuses such promises (`requireTzData`).
 *
 * What is being called stays as it is until the next time. Any number of processes may do so: each promise is looked at
 * again under its lock.
 */
export async function followTzData(deps: Deps): Promise<TzDataFollowed> {
  const { version } = deps.tzData
  const now = deps.clock.now()
  const facts = await engineFacts.list(deps.sql)
  const seen = valueOf(facts, 'tzdata')
  if (version < seen) {
    await engineFacts.note(deps.sql, 'tzdata-behind', version, now)
    return { seen, isBehind: true, moved: 0 }
  }
  if (version > seen) {
    await engineFacts.raise(deps.sql, 'tzdata', version, now)
    deps.log.info({ tzdata: version, before: seen || null }, 'newer time zone data')
  }
  const followed = facts.find(({ name }) => name === 'tzdata-followed')
  const isFresh = followed?.value === version && Math.abs(now.getTime() - followed.notedAt.getTime()) < dayMs
  if (isFresh) return { seen: version, isBehind: false, moved: 0 }
  const { moved, isWhole } = await computeAgain(deps)
  if (isWhole) await engineFacts.note(deps.sql, 'tzdata-followed', version, now)
  return { seen: version, isBehind: false, moved }
}

/** `isWhole` is false when one of them could not be moved just now. */
async function computeAgain(deps: Deps): Promise<{ moved: number; isWhole: boolean }> {
  let moved = 0
  let isWhole = true
  let last: callbacks.WallClockPromise | undefined
  do {
    const page = await callbacks.listByWallClock(deps.sql, last, pageSize)
    for (const promise of page) {
      try {
        if (isWhereItWas(deps, promise)) continue
        if (await followWallClock(deps, promise.id)) moved += 1
      } catch (error) {
        // A zone that is not known is one of tomorrow as well.
        if (!(error instanceof RangeError)) isWhole = false
        deps.log.warn(
          { callbackId: promise.id, reason: reasonOf(error) },
          'promise by the clock on a wall not computed',
        )
      }
    }
    last = page.length === pageSize ? page.at(-1) : undefined
  } while (last)
  return { moved, isWhole }
}

function isWhereItWas({ tzData }: Deps, { scheduledFor, localTime, timeZone }: callbacks.WallClockPromise): boolean {
  return tzData.momentOfLocalTime(localTime, timeZone).at.getTime() === scheduledFor.getTime()
}

/** What processes have said of their tzdata. */
export interface KnownTzData {
  /** The newest that any has had; null before any has said so. */
  seen: string | null
  /** The older one of a process that has said so lately; null when there is none. */
  behind: string | null
}

export function knownTzData(facts: EngineFact[], now: Date): KnownTzData {
  const seen = valueOf(facts, 'tzdata')
  const behind = facts.find(({ name }) => name === 'tzdata-behind')
  const isBehind = behind && behind.value < seen && now.getTime() - behind.notedAt.getTime() < behindForMs
  return { seen: seen || null, behind: isBehind ? behind.value : null }
}

function valueOf(facts: EngineFact[], wanted: EngineFactName): string {
  return facts.find(({ name }) => name === wanted)?.value ?? ''
}
