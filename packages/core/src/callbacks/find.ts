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
import type { Deps } from '../deps.ts'
import { noSuchCallback } from '../locks.ts'
import { mayReadUser, requireOwn } from './own.ts'
import { promisedFor } from './promised-for.ts'
import { withUsers, type WithUser } from './with-users.ts'

/** Without user and calls for an agent who may not read them. */
export interface CallbackWithStory extends WithUser<Callback> {
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
 * A callback with its user, its place in the queue, its attempts, what was said in the last calls, and a page of its history:
 * the last `limit` events, or those before `before`. When an agent asks, only of its own or nobody's, without the `sub` of
 * others, and with user and calls when it has to do with the user now (`mayReadUser`).
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
  const isTold = await mayReadUser(deps.sql, askedBy, callback.userId, deps.clock.now())
  const [shown] = isTold ? await withUsers(deps, [callback]) : [{ ...callback, ...withoutUser }]
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
  return { ...shown!, queueEntry: queueEntry ?? null, reachedInbound, history, next, attemptedCalls }
}

const withoutUser = { user: null, lastCalls: [], lastAttempt: null }

/** Who acted, as an agent may know it: who its colleagues are to the identity provider is no concern of it. */
function asShownTo(askedBy: number | undefined, actor: Actor): Actor | Omit<Actor, 'sub'> {
  if (askedBy === undefined || actor.role === 'engine') return actor
  if (actor.role === 'agent' && actor.agentId === askedBy) return actor
  const { sub: _, ...rest } = actor
  return rest
}
