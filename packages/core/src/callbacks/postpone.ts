import {
  callbackNotifications,
  callbacks,
  callQueue,
  userCallScores,
  type Callback,
  type NotificationKind,
  type QueueEntry,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
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
 * Puts a callback off by some minutes, from its time or from now, whichever is later. It is pending again, and its
 * queue entry is gone.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`
 */
export async function snoozeCallback(
  deps: Deps,
  { callbackId, agentId, minutes }: SnoozeInput,
): Promise<{ callback: Callback; removedQueueEntryIds: string[] }> {
  const now = deps.clock.now()
  const result = await deps.transact(async (unit) => {
    const { callback, removed } = await takeOut(unit, callbackId, 'postpone', now)
    const from = callback.scheduledFor > now ? callback.scheduledFor : now
    const scheduledFor = addMilliseconds(from, minutes * 60_000)
    const postponed = await moveTo(unit, callback, { scheduledFor, kind: 'snoozed', agentId }, now)
    return { callback: postponed, removedQueueEntryIds: removed.map((entry) => entry.id) }
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
    const { callback } = await takeOut(unit, callbackId, 'postpone', now)
    await requireAgent(unit.sql, preferredAgentId)
    const change = { scheduledFor, preferredAgentId, kind: 'rescheduled' as const, agentId }
    return moveTo(unit, callback, change, now)
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
    const { callback } = await takeOut(unit, callbackId, 'cancel', now)
    const changed = await callbacks.cancel(unit.sql, callbackId, now)
    unit.pipeline(
      callbackNotifications.add(
        unit.sql,
        [{ callbackId, kind: 'cancelled', agentId: agentId ?? null, details: reason ? { reason } : {} }],
        now,
      ),
    )
    await restoreOrdinaryEntry(unit, callback.userId, now)
    return changed!
  })
  deps.log.info({ callbackId }, 'callback cancelled')
  return cancelled
}

/** Locks a callback that may make `move` and takes its entry out of the queue. */
async function takeOut(
  { sql, changed }: Transaction,
  callbackId: string,
  move: CallbackMove,
  now: Date,
): Promise<{ callback: Callback; removed: QueueEntry[] }> {
  const { callback, userEntry } = await lockCallback(sql, callbackId)
  if (!mayMove(callback.status, move)) {
    throw new DomainError('callback-not-open', `Callback ${callbackId} is ${callback.status} and cannot be changed`)
  }
  const removed = userEntry?.callbackId === callbackId ? await callQueue.remove(sql, [userEntry.id], now) : []
  changed.push(...removed)
  return { callback, removed }
}

async function moveTo(
  unit: Transaction,
  callback: Callback,
  change: {
    scheduledFor: Date
    preferredAgentId?: number | null | undefined
    kind: NotificationKind
    agentId: number | undefined
  },
  now: Date,
): Promise<Callback> {
  const preferredAgentId = change.preferredAgentId === undefined ? callback.preferredAgentId : change.preferredAgentId
  const postponed = await callbacks.postpone(
    unit.sql,
    callback.id,
    { scheduledFor: change.scheduledFor, preferredAgentId },
    now,
  )
  const details = { from: callback.scheduledFor.toISOString(), to: change.scheduledFor.toISOString() }
  unit.pipeline(
    callbackNotifications.add(
      unit.sql,
      [{ callbackId: callback.id, kind: change.kind, agentId: change.agentId ?? null, details }],
      now,
    ),
  )
  await restoreOrdinaryEntry(unit, callback.userId, now)
  return postponed!
}

/** The user's ordinary place in the queue comes back, now that the callback has left it. */
async function restoreOrdinaryEntry({ sql, changed }: Transaction, userId: string, now: Date): Promise<void> {
  changed.push(...(await userCallScores.restoreEntries(sql, [userId], now)))
}
