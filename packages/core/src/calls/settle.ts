import {
  callbacks,
  callSessions,
  claims,
  resultOfOutcome,
  userCallScores,
  type Callback,
  type OutcomeType,
  type QueueType,
  type Sql,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import type { Whereabouts } from '../hours/zones.ts'
import type { LockedCall } from '../locks.ts'
import { policyFor } from '../policies/policy.ts'
import { isInconclusive, nextAttemptAt, retries, type Attempt } from '../policies/retries.ts'
import { isBlocked } from '../queue/stop-calling.ts'
import { windowFor } from '../routing/calling-hours.ts'
import { restorePlace } from '../routing/places.ts'
import { inOrder, type Transaction } from '../transact.ts'

/** The promise goes on: when it is called next, and which call for it that is, counted from 1. */
export interface Retry {
  at: Date
  attempt: number
}

interface Settled {
  callback: Callback | undefined
  retry: Retry | null
}

/**
 * Ends the queue entry whose claim this call holds, and the callback, unless the policy has it called again. A call whose
 * claim was given back settles nothing: of two agents who called, only the one who holds the claim has the promise go on.
 *
 * Of a customer who was reached meanwhile, in an inbound call, a call that says nothing ends the promise by that one.
 *
 * @param isPromised whether the next callback was promised in the call: then the customer was told another time
 */
export async function settleWhatIsHeld(
  deps: Deps,
  tx: Transaction,
  locked: LockedCall,
  { outcomeType, isPromised }: { outcomeType: OutcomeType; isPromised: boolean },
): Promise<Settled> {
  const { sql, now, changed, pipeline, note } = tx
  const { call, callback, live } = locked
  if (live?.callSessionId !== call.id) return { callback: undefined, retry: null }
  pipeline(userCallScores.fulfil(sql, call.userId, call.startedAt, now))
  const wasReached = callback?.reachedBySessionId != null && isInconclusive(outcomeType)
  const retry = callback && !isPromised && !wasReached ? await retryOf(deps, tx, locked, callback, outcomeType) : null
  const result = wasReached ? 'reached_inbound' : resultOfOutcome[outcomeType]
  const [entry, settled] = await inOrder(
    claims.complete(sql, live.id, call.id, now),
    callback &&
      (retry
        ? callbacks.retry(sql, callback.id, retry.at, now)
        : wasReached
          ? callbacks.endReached(sql, callback.id, now)
          : callbacks.complete(sql, callback.id, { callSessionId: call.id, result }, now)),
    restorePlace(deps, tx, locked),
  )
  if (entry) changed.push(entry)
  const about = { callSessionId: call.id, outcomeType }
  if (settled && retry) {
    const details = { ...about, attempt: retry.attempt, to: retry.at.toISOString() }
    note({ callbackId: settled.id, kind: 'retry', agentId: call.agentId, details })
  } else if (settled) {
    const details = { ...about, result, attempts: settled.attempts }
    note({ callbackId: settled.id, kind: 'completed', agentId: call.agentId, details })
  }
  return { callback: settled, retry }
}

/** More than a policy allows, whatever was reported late. */
export const attemptsLookedAt = 100

/** Null when the promise ends with this call. Its outcome is recorded already, so the call is among the attempts. */
async function retryOf(
  deps: Deps,
  tx: Transaction,
  locked: LockedCall,
  callback: Callback,
  outcomeType: OutcomeType,
): Promise<Retry | null> {
  const { sql, now } = tx
  const { queueType } = locked.live!
  if (!retries(policyFor(await deps.policies.of(sql, queueType), callback), outcomeType)) return null
  const [attempts, mustNotBeCalled] = await inOrder(
    callSessions.listAttempts(sql, callback.id, attemptsLookedAt),
    isBlocked(tx, locked),
  )
  if (mustNotBeCalled) return null
  return nextCallAfter(deps, sql, { queueType, callback, user: locked.user, attempts, outcomeType, now })
}

/**
 * When a promise is called again after a call with such an outcome; null when that call was the last one.
 *
 * @param attempts all calls for the promise, that one among them
 */
export async function nextCallAfter(
  deps: Deps,
  sql: Sql,
  {
    queueType,
    callback,
    user,
    attempts,
    outcomeType,
    now,
  }: {
    queueType: QueueType
    callback: Callback
    user: Whereabouts | undefined
    attempts: readonly Attempt[]
    outcomeType: OutcomeType
    now: Date
  },
): Promise<Retry | null> {
  const policy = policyFor(await deps.policies.of(sql, queueType), callback)
  const wanted = nextAttemptAt(policy, attempts, outcomeType, now)
  // That the customer asked for a time says nothing of this next call, though the last one is not counted in the row yet.
  const next = { ...callback, queueType, attempts: callback.attempts + 1 }
  const window = wanted && (await windowFor(deps, sql, next, user, wanted))
  return window && { at: window.from, attempt: attempts.length + 1 }
}
