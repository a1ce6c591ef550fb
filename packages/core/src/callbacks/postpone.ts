import {
  callbackNotifications,
  callbacks,
  callQueue,
  userCallScores,
  type Callback,
  type NotificationKind,
  type QueueEntry,
  type Sql,
} from '@ringback/db'
import { addMilliseconds, latestMoment } from '../clock.ts'
import type { Deps, Transaction } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { mayMove, type CallbackMove } from '../transitions.ts'
import { lockCallback } from './lock.ts'
import { requireAgent } from './schedule.ts'

export interface SnoozeInput {
  callbackId: string
  agentId: number
  /** 1–60 */
  minutes: number
}

/**
 * Puts a callback off by some minutes, from its time or from now, whichever is later, at most until the latest moment. It
 * is pending again, and its queue entry is gone.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`
 */
export async function snoozeCallback(
  deps: Deps,
  { callbackId, agentId, minutes }: SnoozeInput,
): Promise<{ callback: Callback; removedQueueEntryIds: string[] }> {
  const now = deps.clock.now()
  const result = await deps.transact(async (unit) => {
    const locked = await lockFor(unit.sql, 'postpone', callbackId)
    const { scheduledFor: plannedFor } = locked.callback
    const wanted = addMilliseconds(plannedFor > now ? plannedFor : now, minutes * 60_000)
    const scheduledFor = wanted < latestMoment ? wanted : latestMoment
    const { callback, removed } = await moveTo(unit, locked, { scheduledFor, kind: 'snoozed', agentId }, now)
    return { callback, removedQueueEntryIds: removed.map((entry) => entry.id) }
  })
  deps.log.info({ callbackId, agentId, minutes }, 'callback snoozed')
  return result
}

export interface RescheduleInput {
  callbackId: string
  scheduledFor: Date
  /** Left out, the preferred agent stays; null, there is none any more. */
  preferredAgentId?: number | null | undefined
  agentId?: number | undefined
}

/**
 * Moves a callback to another time. It is pending again, and its queue entry is gone.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`, `unknown-agent`
 */
export async function rescheduleCallback(
  deps: Deps,
  { callbackId, scheduledFor, preferredAgentId, agentId }: RescheduleInput,
): Promise<Callback> {
  const now = deps.clock.now()
  const postponed = await deps.transact(async (unit) => {
    const locked = await lockFor(unit.sql, 'postpone', callbackId)
    await requireAgent(unit.sql, preferredAgentId)
    const { callback } = await moveTo(
      unit,
      locked,
      { scheduledFor, preferredAgentId, kind: 'rescheduled', agentId },
      now,
    )
    return callback
  })
  deps.log.info({ callbackId, scheduledFor }, 'callback rescheduled')
  return postponed
}

/**
 * Takes the promise back: the customer need not be called any more.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`
 */
export async function cancelCallback(
  deps: Deps,
  { callbackId, reason, agentId }: { callbackId: string; reason?: string | undefined; agentId?: number | undefined },
): Promise<Callback> {
  const now = deps.clock.now()
  const cancelled = await deps.transact(async (unit) => {
    const locked = await lockFor(unit.sql, 'cancel', callbackId)
    const cancel = () => callbacks.cancel(unit.sql, callbackId, now)
    const { callback } = await takeOut(unit, locked, cancel, now)
    const details = reason ? { reason } : {}
    unit.pipeline(
      callbackNotifications.add(unit.sql, [{ callbackId, kind: 'cancelled', agentId: agentId ?? null, details }], now),
    )
    return callback
  })
  deps.log.info({ callbackId }, 'callback cancelled')
  return cancelled
}

/** A callback that is locked, and the live entry of its user. */
type Locked = Awaited<ReturnType<typeof lockCallback>>

/** Locks a callback that may make `move`. */
async function lockFor(sql: Sql, move: CallbackMove, callbackId: string): Promise<Locked> {
  const locked = await lockCallback(sql, callbackId)
  const { status } = locked.callback
  if (mayMove(status, move)) return locked
  throw new DomainError('callback-not-open', `Callback ${callbackId} is ${status} and cannot be changed`)
}

async function moveTo(
  unit: Transaction,
  locked: Locked,
  {
    scheduledFor,
    preferredAgentId = locked.callback.preferredAgentId,
    kind,
    agentId,
  }: {
    scheduledFor: Date
    preferredAgentId?: number | null | undefined
    kind: NotificationKind
    agentId?: number | undefined
  },
  now: Date,
): Promise<{ callback: Callback; removed: QueueEntry[] }> {
  const { id: callbackId, scheduledFor: plannedFor } = locked.callback
  const postpone = () => callbacks.postpone(unit.sql, callbackId, { scheduledFor, preferredAgentId }, now)
  const result = await takeOut(unit, locked, postpone, now)
  const details = { from: plannedFor.toISOString(), to: scheduledFor.toISOString() }
  unit.pipeline(callbackNotifications.add(unit.sql, [{ callbackId, kind, agentId: agentId ?? null, details }], now))
  return result
}

/** Takes a callback's entry out of the queue and changes the callback; the user's ordinary place comes back. */
async function takeOut(
  unit: Transaction,
  { callback, userEntry }: Locked,
  change: () => Promise<Callback | undefined>,
  now: Date,
): Promise<{ callback: Callback; removed: QueueEntry[] }> {
  // Sent together, and done in this order: the ordinary place is free when the entry has left it.
  const [removed, changed, restored] = await Promise.all([
    userEntry?.callbackId === callback.id ? callQueue.remove(unit.sql, userEntry.id, now) : [],
    change(),
    userCallScores.restoreEntries(unit.sql, [callback.userId], now),
  ])
  unit.changed.push(...removed, ...restored)
  return { callback: changed!, removed }
}
