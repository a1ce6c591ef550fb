import type { Callback, User } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import type { CallingHours } from '../policies/calling-hours.ts'
import { hoursFor, later, windowAt, windowFor } from '../routing/calling-hours.ts'
import type { Transaction } from '../transact.ts'
import type { ResolvedTime } from './promised-time.ts'

/** What becomes of a promise for a time at which its customer may not be called: it is one for the next opening instead. */
export type WhenClosed = 'next-opening'

type Promised = Pick<Callback, 'userId' | 'queueType' | 'policy' | 'attempts'>

/**
 * The time of a promise that is about to be made, if the customer may be called then: a time that is over is now. A
 * customer was told a time, so it is not moved unless that is asked for; then it is a promise of a moment.
 *
 * @throws DomainError `outside-calling-hours`, `never-allowed`
 */
export async function allowedTime<Time extends ResolvedTime>(
  deps: Deps,
  { sql, now }: Transaction,
  time: Time,
  { promise, user, whenClosed }: { promise: Promised; user: User | undefined; whenClosed?: WhenClosed | undefined },
): Promise<Time> {
  const hours = await hoursFor(deps, sql, promise, user)
  return timeWithin(hours, now, { ...time, userId: promise.userId, whenClosed })
}

/** The same by hours that are known, undefined for none; pure. */
export function timeWithin<Time extends ResolvedTime & { userId: string; whenClosed?: WhenClosed | undefined }>(
  hours: CallingHours | undefined,
  now: Date,
  time: Time,
): Time {
  const from = later(time.scheduledFor, now)
  const window = windowAt(hours, from)
  if (!window) throw neverAllowed(time.userId)
  if (window.from <= from) return time
  if (time.whenClosed === 'next-opening') {
    return { ...time, scheduledFor: window.from, localTime: null, timeAdjusted: null }
  }
  throw outsideHours(time.userId, from, window.from)
}

/**
 * Until when a customer may be called who may be called now; null when that does not end.
 *
 * @throws DomainError `outside-calling-hours`, `never-allowed`
 */
export async function requireOpen(
  deps: Deps,
  { sql, now }: Transaction,
  promise: Promised,
  user: User | undefined,
): Promise<Date | null> {
  const window = await windowFor(deps, sql, promise, user, now)
  if (!window) throw neverAllowed(promise.userId)
  if (window.from > now) throw outsideHours(promise.userId, now, window.from)
  return window.until
}

/**
 * The first moment at or after `at` at which the customer may be called.
 *
 * @throws DomainError `never-allowed`
 */
export async function openingFor(
  deps: Deps,
  { sql }: Transaction,
  promise: Promised,
  user: User | undefined,
  at: Date,
): Promise<Date> {
  const window = await windowFor(deps, sql, promise, user, at)
  if (!window) throw neverAllowed(promise.userId)
  return window.from
}

function outsideHours(userId: string, at: Date, nextAllowedAt: Date): DomainError {
  const detail = `User ${userId} may not be called at ${at.toISOString()}, outside the calling hours; the next time is ${nextAllowedAt.toISOString()}`
  return new DomainError('outside-calling-hours', detail, { nextAllowedAt })
}

function neverAllowed(userId: string): DomainError {
  const detail = `The calling hours let user ${userId} be called at no time within 370 days; GET /api/calling-window names the calendars`
  return new DomainError('never-allowed', detail)
}
