import { engineFacts } from '@ringback/db'
import { DomainError } from '../errors.ts'
import type { TzData } from '../hours/tz-data.ts'
import type { TimeAdjusted } from '../hours/wall-clock.ts'
import type { Transaction } from '../transact.ts'

/** When a call is promised: a moment, or a time that the clocks of a zone show; one of the two. */
export interface PromisedTime {
  scheduledFor?: Date | undefined
  /** As `localTime` in core/hours reads it. */
  localTime?: string | undefined
  /** Of IANA; together with `localTime`. */
  timeZone?: string | undefined
}

/** What is stored of it, and what became of a time that the clocks skip or show twice. */
export interface ResolvedTime {
  scheduledFor: Date
  localTime: string | null
  /** Null when a moment was promised: the callback keeps the zone that it has. */
  timeZone: string | null
  timeAdjusted: TimeAdjusted | null
}

/** The moment that was promised. Pure; whoever asks has seen to it that it is one of the two. */
export function resolveTime(tzData: TzData, { scheduledFor, localTime, timeZone }: PromisedTime): ResolvedTime {
  if (scheduledFor !== undefined) return { scheduledFor, localTime: null, timeZone: null, timeAdjusted: null }
  if (localTime === undefined || timeZone === undefined) throw new TypeError('A promise needs a time')
  const { at, timeAdjusted } = tzData.momentOfLocalTime(localTime, timeZone)
  return { scheduledFor: at, localTime, timeZone, timeAdjusted }
}

/**
 * Refuses a time by the clock on a wall while this process knows less of time zones than another one has known: it may be
 * another moment by now. Who comes to know more waits until the transaction ends, and so computes its promise again.
 *
 * @throws DomainError `tzdata-behind`
 */
export async function requireTzData(
  { sql, now }: Transaction,
  { version }: TzData,
  { localTime }: Pick<ResolvedTime, 'localTime'>,
): Promise<void> {
  if (localTime === null) return
  const seen = await engineFacts.hold(sql, 'tzdata', now)
  if (version >= seen) return
  const detail = `Times of zones are those of tzdata ${seen}, and this process has ${version || 'none'}; promise a moment (scheduledFor), or run it on a Node.js that has ${seen}`
  throw new DomainError('tzdata-behind', detail)
}
