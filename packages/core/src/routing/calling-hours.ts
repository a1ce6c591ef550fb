import { waits, type Callback, type lock, type PolicyOverrides, type QueueType, type Sql } from '@ringback/db'
import { addMilliseconds, latestMoment } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { longestLookAheadMs } from '../hours/calling-window.ts'
import type { Whereabouts } from '../hours/zones.ts'
import {
  callingHoursOf,
  restrictsHours,
  windowIn,
  type AllowedWindow,
  type CallingHours,
} from '../policies/calling-hours.ts'
import { policyFor } from '../policies/policy.ts'
import type { Transaction } from '../transact.ts'
import { queueTypeOf } from './entry-terms.ts'

/**
 * The one place that says when a customer may be called for a queue: by its policy, the calendars that this names, and where
 * the customer is. While no policy names hours every moment is allowed, and nothing is read for it.
 */

/** What says when the call for a promise may be made, beside its customer. */
interface OfPromise {
  queueType: QueueType
  policy: PolicyOverrides | null
  /** How many calls were made for it. */
  attempts: number
}

/** The hours that hold for a promise to a customer; undefined when none do. A user who is not known is nowhere. */
export type HoursOf = (promise: OfPromise, customer: Whereabouts | undefined) => CallingHours | undefined

const nowhere: Whereabouts = { timeZone: null, region: null, phoneE164: null }

/** The hours of all queues, as they are known at this moment; undefined when no queue has any. */
export async function hoursOfQueues(deps: Deps, sql: Sql): Promise<HoursOf | undefined> {
  const policies = await deps.policies.all(sql)
  if (![...policies.values()].some(restrictsHours)) return undefined
  const calendars = await deps.calendars.all(sql)
  return (promise, customer = nowhere) => {
    const stored = policies.get(promise.queueType)
    const policy = stored && policyFor(stored, promise)
    return policy && restrictsHours(policy) ? callingHoursOf(policy, calendars, customer) : undefined
  }
}

/** The stretch at or after `at` in which the hours allow a call; null when there is none. Without hours it has no end. */
export function windowAt(hours: CallingHours | undefined, at: Date): AllowedWindow | null {
  return hours ? windowIn(hours, at) : { from: at, until: null }
}

/** The promise, whose queue follows from its user unless it was made for one. */
type Promised = Pick<Callback, 'userId' | 'queueType' | 'policy' | 'attempts'>

/** The hours that hold for one promise to its customer; undefined when none do. */
export async function hoursFor(
  deps: Deps,
  sql: Sql,
  promise: Promised,
  customer: Whereabouts | undefined,
): Promise<CallingHours | undefined> {
  const hoursOf = await hoursOfQueues(deps, sql)
  return hoursOf?.({ ...promise, queueType: await queueTypeOf(sql, deps.rules, promise) }, customer)
}

/** The stretch of them at or after `at`; null when there is none. */
export async function windowFor(
  deps: Deps,
  sql: Sql,
  promise: Promised,
  customer: Whereabouts | undefined,
  at: Date,
): Promise<AllowedWindow | null> {
  return windowAt(await hoursFor(deps, sql, promise, customer), at)
}

/** When a call may be made that cannot be made at `at`: where nothing opens as far as anybody looks, that is looked at again then. */
export function opensAt(window: AllowedWindow | null, at: Date): Date {
  const opens = window?.from ?? addMilliseconds(at, longestLookAheadMs)
  return opens < latestMoment ? opens : latestMoment
}

/** How a callback stands by the hours: it may be called until a moment, null for no end, or is closed and opens again. */
export type Standing = { kind: 'open'; until: Date | null } | { kind: 'closed'; queueType: QueueType; opensAt: Date }

/**
 * How callbacks that are routed stand: those with an entry from when that can be had, the others from when they are due, or
 * now. Nothing is said while no queue has hours.
 */
export async function standingsOf(
  deps: Deps,
  sql: Sql,
  { callbacks: found, entries }: lock.RoutingGroup,
  now: Date,
): Promise<ReadonlyMap<string, Standing>> {
  const hoursOf = await hoursOfQueues(deps, sql)
  if (!hoursOf) return new Map()
  const entryOf = new Map(entries.map((entry) => [entry.callbackId, entry]))
  return new Map(
    found.map((callback): [string, Standing] => {
      const entry = entryOf.get(callback.id)
      const queueType = entry?.queueType ?? callback.queueType
      const hours = hoursOf({ ...callback, queueType }, callback.whereabouts)
      const from = later(entry?.availableFrom ?? callback.scheduledFor, now)
      const window = windowAt(hours, from)
      if (window && window.from <= from) return [callback.id, { kind: 'open', until: window.until }]
      const due = later(callback.scheduledFor, now)
      return [callback.id, { kind: 'closed', queueType, opensAt: opensAt(windowAt(hours, due), due) }]
    }),
  )
}

export function later(a: Date, b: Date): Date {
  return a > b ? a : b
}

export interface Closed {
  callback: Pick<Callback, 'id' | 'scheduledFor' | 'preferredAgentId'>
  queueType: QueueType
  opensAt: Date
  /** The entry that it had. */
  queueEntryId?: string | undefined
}

/** Has callbacks wait for the next opening, and says so in their histories. Their customers are locked, and their entries gone. */
export async function waitForOpening(
  deps: Deps,
  { sql, now, note }: Transaction,
  closed: Closed[],
  runId: string | null = null,
): Promise<void> {
  if (closed.length === 0) return
  await waits.waitForOpening(
    sql,
    closed.map(({ callback, opensAt: at }) => ({ id: callback.id, opensAt: at })),
    runId,
    now,
  )
  for (const { callback, queueType, opensAt: at, queueEntryId } of closed) {
    const policyVersion = await deps.policies.versionOf(sql, queueType)
    const times = { from: callback.scheduledFor.toISOString(), to: at.toISOString() }
    const details = { reason: 'closed', ...times, policyVersion, queueEntryId, runId }
    note({ callbackId: callback.id, kind: 'waiting', agentId: callback.preferredAgentId, details })
  }
}
