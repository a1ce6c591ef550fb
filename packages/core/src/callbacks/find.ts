import {
  callbacks,
  callQueue,
  history as histories,
  type Callback,
  type CallbackEvent,
  type QueueEntry,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { noSuchCallback } from '../locks.ts'
import { requireOwn } from './own.ts'

export interface CallbackWithStory extends Callback {
  /** Its live queue entry. */
  queueEntry: QueueEntry | null
  /** Everything that happened to it, oldest first. */
  history: CallbackEvent[]
}

/**
 * A callback with its place in the queue and its history. When an agent asks, only of its own or nobody's.
 *
 * @throws DomainError `callback-not-found`
 */
export async function getCallback(deps: Deps, callbackId: string, askedBy?: number): Promise<CallbackWithStory> {
  const [callback, queueEntry, history] = await Promise.all([
    callbacks.get(deps.sql, callbackId),
    callQueue.getLiveOfCallback(deps.sql, callbackId),
    histories.list(deps.sql, callbackId),
  ])
  if (!callback) throw noSuchCallback(callbackId)
  await requireOwn(deps.sql, askedBy, callback, queueEntry)
  return { ...callback, queueEntry: queueEntry ?? null, history }
}

export interface CallbackPage {
  items: Callback[]
  /** Where the next page begins; null on the last one. */
  next: callbacks.DueCursor | null
}

/** A page of callbacks by time. */
export async function listCallbacks(
  deps: Deps,
  {
    filter,
    after,
    limit,
  }: { filter: callbacks.CallbackFilter; after?: callbacks.DueCursor | undefined; limit: number },
): Promise<CallbackPage> {
  const rows = await callbacks.list(deps.sql, filter, after, limit + 1)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { scheduledFor: last.scheduledFor, id: last.id } : null }
}

const shownAheadMs = 10 * 60_000

/** An agent's pending callbacks that are due within ten minutes or overdue, by time. */
export async function listPendingCallbacks(deps: Deps, agentId: number): Promise<Callback[]> {
  return callbacks.listPendingOfAgent(deps.sql, agentId, addMilliseconds(deps.clock.now(), shownAheadMs))
}
