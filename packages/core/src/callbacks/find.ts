import {
  callbacks,
  callQueue,
  callSessions,
  history as histories,
  type Actor,
  type Callback,
  type CallbackEvent,
  type OutcomeType,
  type QueueEntry,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { noSuchCallback } from '../locks.ts'
import { requireOwn } from './own.ts'
import { promisedFor } from './promised-for.ts'

export interface CallbackWithStory extends Callback {
  /** Its live queue entry. */
  queueEntry: QueueEntry | null
  /** Whether the customer was reached in an inbound call while an agent was calling. */
  reachedInbound: boolean
  /** A page of what happened to it, oldest first. */
  history: (Omit<CallbackEvent, 'actor'> & { actor: Actor | Omit<Actor, 'sub'> | null })[]
  /** Where the page of what happened before begins; null when nothing did. */
  next: EventCursor | null
  /** The last hundred attempts, oldest first. */
  attemptedCalls: AttemptedCall[]
}

/** An outbound call for a callback that got an outcome. */
export interface AttemptedCall {
  /** The first one is 1. */
  number: number
  callSessionId: string
  agentId: number | null
  startedAt: Date
  outcomeType: OutcomeType
  /** After the time that the customer was told; negative before it. */
  lateBySeconds: number
}

const attemptsShown = 100

/** The event before which a page of a history ends. */
export interface EventCursor {
  id: string
}

/**
 * A callback with its place in the queue, its attempts and a page of its history: the last `limit` events, or those before
 * `before`. When an agent asks, only of its own or nobody's, and without the `sub` of others.
 *
 * @throws DomainError `callback-not-found`
 */
export async function getCallback(
  deps: Deps,
  callbackId: string,
  {
    before,
    limit = 50,
    askedBy,
  }: { before?: EventCursor | undefined; limit?: number; askedBy?: number | undefined } = {},
): Promise<CallbackWithStory> {
  const [callback, queueEntry, events, attempts] = await Promise.all([
    callbacks.get(deps.sql, callbackId),
    callQueue.getLiveOfCallback(deps.sql, callbackId),
    histories.list(deps.sql, callbackId, before?.id, limit + 1),
    callSessions.listAttempts(deps.sql, callbackId, attemptsShown),
  ])
  if (!callback) throw noSuchCallback(callbackId)
  await requireOwn(deps.sql, askedBy, callback, queueEntry)
  const page = events.slice(0, limit).toReversed()
  const history = page.map((event) => Object.assign(event, { actor: event.actor && asShownTo(askedBy, event.actor) }))
  const first = history[0]
  const next = events.length > limit && first ? { id: first.id } : null
  const told = promisedFor(callback).getTime()
  const attemptedCalls = attempts.map(({ id, number, agentId, startedAt, lastOutcomeType }) => ({
    number,
    callSessionId: id,
    agentId,
    startedAt,
    outcomeType: lastOutcomeType!,
    lateBySeconds: (startedAt.getTime() - told) / 1_000,
  }))
  const reachedInbound = callback.reachedBySessionId !== null
  return { ...callback, queueEntry: queueEntry ?? null, reachedInbound, history, next, attemptedCalls }
}

/** Who acted, as an agent may know it: who its colleagues are to the identity provider is no concern of it. */
function asShownTo(askedBy: number | undefined, actor: Actor): Actor | Omit<Actor, 'sub'> {
  if (askedBy === undefined || actor.role === 'engine') return actor
  if (actor.role === 'agent' && actor.agentId === askedBy) return actor
  const { sub: _, ...rest } = actor
  return rest
}

export interface CallbackPage {
  items: Callback[]
  /** Where the next page begins; null on the last one. */
  next: callbacks.DueCursor | null
}

interface PageInput {
  after?: callbacks.DueCursor | undefined
  limit: number
}

/** A page of callbacks by time. */
export async function listCallbacks(
  deps: Deps,
  { filter, after, limit }: PageInput & { filter: callbacks.CallbackFilter },
): Promise<CallbackPage> {
  const rows = await callbacks.list(deps.sql, filter, after, limit + 1)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { scheduledFor: last.scheduledFor, id: last.id } : null }
}

const shownAheadMs = 10 * 60_000
/** A page ends before a time, and times are whole milliseconds. */
const nextMoment = 1

/** A page of an agent's pending callbacks that are due within ten minutes or overdue, by time. */
export async function listPendingCallbacks(
  deps: Deps,
  { agentId, ...page }: PageInput & { agentId: number },
): Promise<CallbackPage> {
  const to = addMilliseconds(deps.clock.now(), shownAheadMs + nextMoment)
  return listCallbacks(deps, { filter: { status: 'pending', agentId, to }, ...page })
}
