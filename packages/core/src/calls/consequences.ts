import {
  callbacks,
  callQueue,
  callSessions,
  doNotCall,
  outcomeTypes,
  resultOfOutcome,
  users,
  type Callback,
  type CallbackResult,
  type OutcomeType,
} from '@ringback/db'
import { refusedSubjects } from '../blocks/refusals.ts'
import type { Deps } from '../deps.ts'
import { isInconclusive } from '../policies/retries.ts'
import { subjectsOf } from '../subjects.ts'
import { getCall } from './find.ts'
import { attemptsLookedAt, nextCallAfter, type Retry } from './settle.ts'

/** What an outcome would come to, were it recorded now without the promise of another call. */
export interface Consequence {
  outcomeType: OutcomeType
  /** When the promise is called again; null when the outcome ends it, or the call was made for none. */
  retry: Retry | null
  /** What becomes of the promise that it ends; null while that goes on, or the call was made for none. */
  result: CallbackResult | null
  /** Whether it puts the customer, or the number, on the do-not-call list. */
  blocks: boolean
}

/**
 * What each outcome of a call would come to: a look at this moment, which changes nothing. `recordOutcome` decides anew.
 *
 * @throws DomainError `call-session-not-found`
 */
export async function foreseeOutcomes(
  deps: Deps,
  { callSessionId, askedBy }: { callSessionId: string; askedBy?: number | undefined },
): Promise<Consequence[]> {
  const { sql } = deps
  const now = deps.clock.now()
  const call = await getCall(deps, callSessionId, askedBy)
  const [entry, callback, user] = await Promise.all([
    call.queueEntryId === null ? undefined : callQueue.get(sql, call.queueEntryId),
    call.callbackId === null ? undefined : callbacks.get(sql, call.callbackId),
    users.get(sql, call.userId),
  ])
  // A call whose claim was given back, or that has its outcome, settles nothing.
  const holds = entry?.status === 'in_progress' && entry.callSessionId === call.id
  const promise = holds ? callback : undefined
  const [attempts, blocked] = await Promise.all([
    promise ? callSessions.listAttempts(sql, promise.id, attemptsLookedAt) : [],
    user ? doNotCall.listBlocked(sql, subjectsOf(user), now) : [],
  ])

  async function foresee(outcomeType: OutcomeType): Promise<Consequence> {
    const blocks = (await refusedSubjects(deps, sql, call, outcomeType)).length > 0
    const settled = promise ? await settledBy(promise, outcomeType) : { retry: null, result: null }
    return { outcomeType, ...settled, blocks }
  }

  async function settledBy(kept: Callback, outcomeType: OutcomeType): Promise<Pick<Consequence, 'retry' | 'result'>> {
    if (kept.reachedBySessionId !== null && isInconclusive(outcomeType))
      return { retry: null, result: 'reached_inbound' }
    const attempted = [...attempts, { lastOutcomeType: outcomeType, startedAt: call.startedAt }]
    const about = { queueType: entry!.queueType, callback: kept, user, attempts: attempted, outcomeType, now }
    const retry = blocked.length > 0 ? null : await nextCallAfter(deps, sql, about)
    return { retry, result: retry ? null : resultOfOutcome[outcomeType] }
  }

  return Promise.all(outcomeTypes.map(foresee))
}
