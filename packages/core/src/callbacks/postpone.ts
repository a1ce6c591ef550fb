import {
  callbacks,
  mayMove,
  setLockTimeout,
  userCallScores,
  type Callback,
  type CallbackMove,
  type NotificationKind,
  type QueueEntry,
} from '@ringback/db'
import { addMilliseconds, latestMoment } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { backgroundWaitsMs, entryOf, lockCallback, type LockedCallback } from '../locks.ts'
import { requireCallable } from '../queue/stop-calling.ts'
import { leavePlace, renewHold, restorePlace } from '../routing/places.ts'
import { inOrder, type Transaction } from '../transact.ts'
import { allowedTime, openingFor, type WhenClosed } from './allowed-time.ts'
import { requireOwn } from './own.ts'
import { requireTimely } from './promise-by-agent.ts'
import { promisedFor } from './promised-for.ts'
import { requireTzData, resolveTime, type PromisedTime } from './promised-time.ts'
import { requireAgent, type ScheduledCallback } from './schedule.ts'

export interface SnoozeInput {
  callbackId: string
  agentId: number
  /** 1–60 */
  minutes: number
  /** The agent when it asks itself: it puts off its own or nobody's. */
  askedBy?: number | undefined
}

/**
 * What becomes of the customer's ordinary place when a promise is put off: there is none, it is kept and comes at its own time,
 * or it is held and does not come before the promise.
 */
export type OrdinaryPlace = 'none' | 'kept' | 'held'

/**
 * Puts a callback off by some minutes, from its time or from now, whichever is later, at most until the latest moment, and to
 * the next opening when the customer may not be called then. It
 * is pending again, and its queue entry is gone. What the customer was told stays, as one of a moment if it was by the clock
 * on a wall.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`, `do-not-call`, `unknown-agent`, `never-allowed`
 */
export async function snoozeCallback(
  deps: Deps,
  { callbackId, agentId, minutes, askedBy }: SnoozeInput,
): Promise<{ callback: Callback; removedQueueEntryIds: string[]; ordinaryPlace: OrdinaryPlace }> {
  return deps.transact(async (tx) => {
    const locked = await lockFor(tx, 'postpone', callbackId, askedBy)
    await requireAgent(tx.sql, agentId)
    const { scheduledFor: plannedFor } = locked.callback
    const wanted = addMilliseconds(plannedFor > tx.now ? plannedFor : tx.now, minutes * 60_000)
    const putOff = wanted < latestMoment ? wanted : latestMoment
    const scheduledFor = await openingFor(deps, tx, locked.callback, locked.user, putOff)
    const { removed, ...moved } = await moveTo(deps, tx, locked, {
      scheduledFor,
      promisedFor: promisedFor(locked.callback),
      localTime: null,
      timeZone: null,
      kind: 'snoozed',
      agentId,
    })
    tx.afterCommit(() => deps.log.info({ callbackId, agentId, minutes }, 'callback snoozed'))
    return { ...moved, removedQueueEntryIds: removed.map((entry) => entry.id) }
  })
}

export interface RescheduleInput extends PromisedTime {
  callbackId: string
  /** Left out, the preferred agent stays; null, there is none any more. */
  preferredAgentId?: number | null | undefined
  /** When given, this agent does so, and only to its own or nobody's. */
  agentId?: number | undefined
  /** Left out, a time at which the customer may not be called is refused. */
  whenClosed?: WhenClosed | undefined
}

/**
 * Moves a callback to another time, which the customer is told; when that is met depends on the attempts from now on. It is
 * pending again, and its queue entry is gone.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`, `do-not-call`, `unknown-agent`, `tzdata-behind`,
 *   `outside-calling-hours`, `never-allowed`, and to an agent `callback-in-the-past`
 */
export async function rescheduleCallback(
  deps: Deps,
  { callbackId, preferredAgentId, agentId, whenClosed, ...asked }: RescheduleInput,
): Promise<{ callback: ScheduledCallback; ordinaryPlace: OrdinaryPlace }> {
  const wanted = resolveTime(deps.tzData, asked)
  return deps.transact(async (tx) => {
    const locked = await lockFor(tx, 'postpone', callbackId, agentId)
    await requireTzData(tx, deps.tzData, wanted)
    requireTimely(tx.now, agentId, wanted.scheduledFor)
    await requireAgent(tx.sql, preferredAgentId)
    const promise = { promise: locked.callback, user: locked.user, whenClosed }
    const { timeAdjusted, ...time } = await allowedTime(deps, tx, wanted, promise)
    const { scheduledFor } = time
    const { callback, ordinaryPlace } = await moveTo(deps, tx, locked, {
      ...time,
      promisedFor: scheduledFor,
      preferredAgentId,
      kind: 'rescheduled',
      agentId,
    })
    tx.afterCommit(() => deps.log.info({ callbackId, scheduledFor }, 'callback rescheduled'))
    return { callback: { ...callback, timeAdjusted }, ordinaryPlace }
  })
}

/**
 * Moves a promise by the clock on a wall that nobody is calling to the moment at which that clock shows its time, when the zone
 * has come to have other rules: the customer still means that time. True when it was moved.
 */
export async function followWallClock(deps: Deps, callbackId: string): Promise<boolean> {
  return deps.transact(async (tx) => {
    await setLockTimeout(tx.sql, backgroundWaitsMs)
    const locked = await lockCallback(tx, callbackId)
    const { status, localTime, timeZone, scheduledFor: plannedFor } = locked.callback
    if (localTime === null || timeZone === null || !mayMove(status, 'postpone')) return false
    const { at: scheduledFor } = deps.tzData.momentOfLocalTime(localTime, timeZone)
    if (scheduledFor.getTime() === plannedFor.getTime()) return false
    const time = { scheduledFor, promisedFor: scheduledFor, localTime, timeZone }
    await moveTo(deps, tx, locked, { ...time, kind: 'rescheduled', reason: 'tzdata' })
    tx.afterCommit(() => deps.log.info({ callbackId, scheduledFor, reason: 'tzdata' }, 'callback rescheduled'))
    return true
  })
}

/**
 * Takes the promise back: the customer need not be called any more. When an agent is given, it does so, and only to its own
 * or nobody's.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`
 */
export async function cancelCallback(
  deps: Deps,
  { callbackId, reason, agentId }: { callbackId: string; reason?: string | undefined; agentId?: number | undefined },
): Promise<Callback> {
  return deps.transact(async (tx) => {
    const locked = await lockFor(tx, 'cancel', callbackId, agentId)
    const { callback } = await takeOut(deps, tx, locked, () => callbacks.cancel(tx.sql, callbackId, tx.now))
    // Of a user who was erased nothing is written down any more.
    const details = { by: tx.actor.role, ...(reason && locked.user ? { reason } : {}) }
    tx.note({ callbackId, kind: 'cancelled', agentId, details })
    tx.afterCommit(() => deps.log.info({ callbackId }, 'callback cancelled'))
    return callback
  })
}

/** Locks a callback that may make `move`; for an agent who asks, only its own or nobody's. */
async function lockFor(
  tx: Transaction,
  move: CallbackMove,
  callbackId: string,
  askedBy: number | undefined,
): Promise<LockedCallback> {
  const locked = await lockCallback(tx, callbackId)
  await requireOwn(tx.sql, askedBy, locked.callback, entryOf(locked))
  const { status } = locked.callback
  if (mayMove(status, move)) {
    if (move === 'postpone') await requireCallable(tx, locked)
    return locked
  }
  throw new DomainError('callback-not-open', `Callback ${callbackId} is ${status} and cannot be changed`)
}

interface Move extends Pick<Callback, 'scheduledFor' | 'localTime' | 'timeZone'> {
  promisedFor: Date
  preferredAgentId?: number | null | undefined
  kind: NotificationKind
  agentId?: number | undefined
  /** Why, when nobody has asked for it. */
  reason?: 'tzdata'
}

async function moveTo(
  deps: Deps,
  tx: Transaction,
  locked: LockedCallback,
  { preferredAgentId = locked.callback.preferredAgentId, kind, agentId, reason, ...time }: Move,
): Promise<{ callback: Callback; removed: QueueEntry[]; ordinaryPlace: OrdinaryPlace }> {
  const { id: callbackId, userId, scheduledFor: plannedFor } = locked.callback
  const { scheduledFor } = time
  const wish = await userCallScores.get(tx.sql, userId)
  const queueType = wish?.currentQueueType ?? deps.rules.defaultQueueType
  const holdsOrdinary = (await deps.policies.of(tx.sql, queueType)).ordinaryWhilePromised === 'hold'
  const result = await takeOut(deps, tx, locked, () =>
    callbacks.postpone(tx.sql, callbackId, { ...time, preferredAgentId, holdsOrdinary }, tx.now),
  )
  const details = { from: plannedFor.toISOString(), to: scheduledFor.toISOString(), ...(reason && { reason }) }
  tx.note({ callbackId, kind, agentId, details })
  return { ...result, ordinaryPlace: !wish?.queuedAt ? 'none' : holdsOrdinary ? 'held' : 'kept' }
}

/** Takes a callback's entry out of the queue and changes the callback; what else the user waits for comes back. */
async function takeOut(
  deps: Deps,
  tx: Transaction,
  locked: LockedCallback,
  change: () => Promise<Callback | undefined>,
): Promise<{ callback: Callback; removed: QueueEntry[] }> {
  const { callback, live } = locked
  const entry = entryOf(locked)
  const isTaken = live !== undefined && !entry && (live.callbackId !== null || live.status === 'in_progress')
  const [removed, changed] = await inOrder(
    entry && leavePlace(tx, locked, { by: callback.id }),
    change(),
    isTaken ? undefined : restorePlace(deps, tx, locked),
  )
  // What was restored has the hold that it must have; what was there is told.
  if (live?.callbackId === null) await renewHold(tx, callback.userId)
  return { callback: changed!, removed: removed ?? [] }
}
