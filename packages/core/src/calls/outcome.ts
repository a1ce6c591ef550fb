import { createHash } from 'node:crypto'
import {
  callbacks,
  callSessions,
  history,
  type Callback,
  type CallSession,
  type OutcomeType,
  type Owner,
} from '@ringback/db'
import { lockRefusal, putRefusal } from '../blocks/refusals.ts'
import type { WhenClosed } from '../callbacks/allowed-time.ts'
import { scheduleWithin } from '../callbacks/schedule.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockCall, type LockedCall } from '../locks.ts'
import { freeAgent } from '../routing/free-agent.ts'
import { renewHold } from '../routing/places.ts'
import { inOrder, type Transaction } from '../transact.ts'
import { requireOwnCall } from './complete.ts'
import { endWhatWasReached } from './reached-first.ts'
import { settleWhatIsHeld, type Retry } from './settle.ts'

export interface OutcomeInput {
  callSessionId: string
  outcomeType: OutcomeType
  durationSeconds?: number | undefined
  notes?: string | null | undefined
  /** Whether a callback was promised in this call; true as well when `nextCallback` is given. */
  callbackScheduled?: boolean | undefined
  nextCallback?:
    | {
        scheduledFor: Date
        callbackReason?: string | null | undefined
        preferredAgentId?: number | null | undefined
        owner?: Owner | undefined
        whenClosed?: WhenClosed | undefined
      }
    | undefined
  /** Of an inbound call: the user's promises that it has settled, by id; left out, the policies of their queues say which. */
  endsCallbacks?: readonly string[] | undefined
  /** When given, this agent asks: only its call may get an outcome, and it promises what agents may. */
  agentId?: number | undefined
  /** Telephony has told it: that of an agent who comes later has to be the same, and adds what telephony cannot know. */
  fromTelephony?: true | undefined
}

export interface OutcomeResult {
  callSession: CallSession
  /** The callback that the call was made for. */
  callback: Callback | null
  /** The callback promised in the call. */
  nextCallback: Callback | null
  /** Set when the policy has the customer called again: the callback that the call was made for is pending. */
  retry: Retry | null
  /** Of an inbound call: the promises that it has ended, since the customer was reached in it. By id. */
  endedCallbacks: Callback[]
}

/**
 * Records what came of a call. In one transaction the call session, the queue entry and the callback are completed, or the
 * callback is put off to be tried again, the agent is available again, and the next callback is scheduled. An inbound call
 * ends the promises that it has settled. The same
 * request again gets the same answer.
 *
 * What telephony has told stands: whoever says the same afterwards may add notes to it, and nothing else.
 *
 * A call whose claim was given back ends nothing but itself: its promise stands, and whoever holds the claim keeps it. It
 * counts as an attempt all the same.
 *
 * @throws DomainError `call-session-not-found`, `not-your-call`, `outcome-recorded`, `unknown-user`, `unknown-agent`,
 *   `unknown-callback`, `owner-not-named`, `too-many-open-callbacks`, `do-not-call`, `outside-calling-hours`,
 *   `never-allowed`, and to an agent who promises the next callback `user-unknown-to-agent`,
 *   `callback-in-the-past`, `too-many-callbacks-created`
 */
export async function recordOutcome(deps: Deps, input: OutcomeInput): Promise<OutcomeResult> {
  return deps.transact(async (tx) => {
    const known = await callSessions.get(tx.sql, input.callSessionId)
    requireOwnCall(known, input.callSessionId, input.agentId)
    const refusal = await lockRefusal(deps, tx, known, input.outcomeType)
    const locked = await lockCall(tx, known)
    const { call, callback } = locked
    const request = fingerprintOf(input)
    if (call.lastOutcomeType !== null) return answerAgain(tx, locked, input, request)

    if (refusal) await putRefusal(tx, refusal)
    const endedCallbacks = await endWhatWasReached(deps, tx, locked, {
      outcomeType: input.outcomeType,
      endsCallbacks: input.endsCallbacks,
    })
    const promise = { userId: call.userId, originalCallSessionId: call.id, askedBy: input.agentId }
    const keptId = locked.live?.callSessionId === call.id ? callback?.id : undefined
    const nextCallback = input.nextCallback
      ? await scheduleWithin(deps, tx, { ...input.nextCallback, ...promise, keptId })
      : null
    // Of a user who was erased in the call nothing is written down any more; that it ended, and how, is counted.
    const isErased = !locked.user
    const outcome = {
      outcomeType: input.outcomeType,
      durationSeconds: input.durationSeconds ?? null,
      notes: isErased ? null : (input.notes ?? null),
      callbackScheduled: input.callbackScheduled === true || nextCallback !== null,
      nextCallbackId: nextCallback?.id ?? null,
      request: isErased || input.fromTelephony ? null : request,
      fromTelephony: input.fromTelephony === true,
    }
    const [callSession, attempted, { callback: settled, retry }] = await inOrder(
      callSessions.recordOutcome(tx.sql, call.id, outcome, tx.now),
      callback && callbacks.countAttempt(tx.sql, callback.id, call, tx.now),
      settleWhatIsHeld(deps, tx, locked, { outcomeType: input.outcomeType, isPromised: nextCallback !== null }),
    )
    if (call.direction === 'inbound') await renewHold(tx, call.userId)
    await freeAgent(deps, tx, locked)
    const { outcomeType } = input
    const about = { callSessionId: call.id, callbackId: callback?.id, agentId: call.agentId, outcomeType }
    tx.afterCommit(() => {
      deps.log.info(about, 'outcome recorded')
      const labels = { outcome_type: outcomeType, direction: call.direction }
      deps.telemetry.count('ringback_outcomes_total', labels)
    })
    return { callSession: callSession!, callback: settled ?? attempted ?? null, nextCallback, retry, endedCallbacks }
  })
}

/** Tells a request from every other one that may record an outcome. */
function fingerprintOf(input: OutcomeInput): string {
  const { callSessionId, outcomeType, durationSeconds = null, notes = null } = input
  const { callbackScheduled = null, nextCallback } = input
  const next = nextCallback && [
    nextCallback.scheduledFor.getTime(),
    nextCallback.callbackReason ?? null,
    nextCallback.preferredAgentId ?? null,
    // Only when it is said, so that requests without it are told by what they were told by before.
    ...(nextCallback.owner ? [nextCallback.owner] : []),
    ...(nextCallback.whenClosed ? [nextCallback.whenClosed] : []),
  ]
  const ends = input.endsCallbacks?.toSorted()
  const said = JSON.stringify([
    callSessionId,
    outcomeType,
    durationSeconds,
    notes,
    callbackScheduled,
    next ?? null,
    ...(ends ? [ends] : []),
  ])
  return createHash('sha256').update(said).digest('base64url')
}

async function answerAgain(
  tx: Transaction,
  locked: LockedCall,
  input: OutcomeInput,
  request: string,
): Promise<OutcomeResult> {
  const { sql } = tx
  const { call, callback } = locked
  const callSession = await sayAgain(tx, locked, input, request)
  const [nextCallback, retry, endedCallbacks] = await inOrder(
    call.nextCallbackId === null ? undefined : callbacks.get(sql, call.nextCallbackId),
    callback && history.getRetry(sql, callback.id, call.id),
    call.direction === 'inbound' ? callbacks.listReachedBy(sql, call.id) : undefined,
  )
  return {
    callSession,
    callback: callback ?? null,
    nextCallback: nextCallback ?? null,
    retry: retry ?? null,
    endedCallbacks: endedCallbacks ?? [],
  }
}

/** The call, whose outcome is recorded, when the same is said of it; the first notes go to an outcome that telephony told. */
async function sayAgain(
  { sql }: Transaction,
  { call, user }: LockedCall,
  input: OutcomeInput,
  request: string,
): Promise<CallSession> {
  const { outcomeType, notes = null, callbackScheduled, nextCallback, endsCallbacks } = input
  const isSameType = call.lastOutcomeType === outcomeType
  if (call.outcomeFromTelephony && user) {
    const saysMore = nextCallback !== undefined || endsCallbacks !== undefined || callbackScheduled === true
    const isSame = isSameType && !saysMore && (notes === null || call.outcomeRequest === request)
    if (isSame) return call
    const noted = isSameType && !saysMore && (await callSessions.addNotes(sql, call.id, { notes, request }))
    if (noted) return noted
    const detail = `Telephony has told the outcome of call session ${call.id} already: it is ${call.lastOutcomeType}. With that outcome notes may be added once, and nothing else; a callback is promised by itself`
    throw new DomainError('outcome-recorded', detail)
  }
  // That of a user who was erased since is known by its type alone.
  const isSame = call.outcomeRequest === null ? isSameType : call.outcomeRequest === request
  if (isSame) return call
  const detail = `Call session ${call.id} has the outcome ${call.lastOutcomeType} already, from another request`
  throw new DomainError('outcome-recorded', detail)
}
