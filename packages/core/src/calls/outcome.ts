import {
  agentSessions,
  callbackNotifications,
  callbacks,
  callQueue,
  callSessions,
  claims,
  userCallScores,
  type Callback,
  type CallSession,
  type OutcomeType,
  type QueueEntry,
} from '@ringback/db'
import { scheduleWithin } from '../callbacks/schedule.ts'
import type { Deps, Transaction } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { becomeAvailable } from '../presence/become-available.ts'
import { mayMove } from '../transitions.ts'
import { requireOwnCall } from './complete.ts'

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
      }
    | undefined
  /** When given, only this agent's call may get an outcome. */
  agentId?: number | undefined
}

export interface OutcomeResult {
  callSession: CallSession
  /** The callback that the call was made for. */
  callback: Callback | null
  /** The callback promised in the call. */
  nextCallback: Callback | null
}

/**
 * Records what came of a call. In one transaction the call session, the queue entry and the callback are completed, the
 * agent is available again, and the next callback is scheduled. The same outcome again gets the same answer.
 *
 * @throws DomainError `call-session-not-found`, `not-your-call`, `outcome-already-recorded`, `unknown-user`,
 *   `unknown-agent`
 */
export async function recordOutcome(deps: Deps, input: OutcomeInput): Promise<OutcomeResult> {
  const now = deps.clock.now()
  const result = await deps.transact(async (unit) => {
    const { sql } = unit
    const known = await callSessions.get(sql, input.callSessionId)
    requireOwnCall(known, input.callSessionId, input.agentId)
    const [userEntry, callback, locked] = await Promise.all([
      callQueue.lockLiveOfUser(sql, known.userId),
      known.callbackId ? callbacks.lock(sql, known.callbackId) : undefined,
      callSessions.lock(sql, input.callSessionId),
    ])
    const session = locked!
    if (session.lastOutcomeType !== null) return answerAgain(unit, session, callback, input)

    const nextCallback = input.nextCallback
      ? await scheduleWithin(
          unit,
          { ...input.nextCallback, userId: session.userId, originalCallSessionId: session.id },
          now,
        )
      : null
    const outcome = {
      outcomeType: input.outcomeType,
      durationSeconds: input.durationSeconds ?? null,
      notes: input.notes ?? null,
      callbackScheduled: input.callbackScheduled === true || nextCallback !== null,
      nextCallbackId: nextCallback?.id ?? null,
    }
    const [callSession, completed] = await Promise.all([
      callSessions.recordOutcome(sql, session.id, outcome, now),
      completeWhatWasCalled(unit, session, userEntry, callback, input.outcomeType, now),
    ])
    if (session.agentId !== null) await freeAgent(unit, session.agentId, now)
    return { callSession: callSession!, callback: completed ?? callback ?? null, nextCallback }
  })
  const { callSession, callback } = result
  deps.log.info(
    {
      callSessionId: callSession.id,
      callbackId: callback?.id,
      agentId: callSession.agentId,
      outcomeType: input.outcomeType,
    },
    'outcome recorded',
  )
  return result
}

async function answerAgain(
  { sql }: Transaction,
  session: CallSession,
  callback: Callback | undefined,
  { outcomeType }: OutcomeInput,
): Promise<OutcomeResult> {
  if (session.lastOutcomeType !== outcomeType) {
    throw new DomainError(
      'outcome-already-recorded',
      `Call session ${session.id} has the outcome ${session.lastOutcomeType} already`,
    )
  }
  const nextCallback = session.nextCallbackId ? await callbacks.get(sql, session.nextCallbackId) : undefined
  return { callSession: session, callback: callback ?? null, nextCallback: nextCallback ?? null }
}

/**
 * Ends the queue entry and the callback that this call was made for. A claim that was given back before its outcome
 * came counts too, as long as nobody else has claimed the entry since: the customer has been called.
 */
async function completeWhatWasCalled(
  { sql, changed, pipeline }: Transaction,
  session: CallSession,
  userEntry: QueueEntry | undefined,
  callback: Callback | undefined,
  outcomeType: OutcomeType,
  now: Date,
): Promise<Callback | undefined> {
  if (session.queueEntryId === null) return undefined
  const holdsClaim = userEntry?.callSessionId === session.id
  const isOthersClaim = userEntry?.status === 'in_progress' && !holdsClaim
  const isSamePlace = callback ? userEntry?.callbackId === callback.id : userEntry?.id === session.queueEntryId
  const isLeft = userEntry && isSamePlace && !holdsClaim && !isOthersClaim
  const isKept = callback && !(isOthersClaim && isSamePlace) && mayMove(callback.status, 'complete')

  pipeline(userCallScores.fulfil(sql, session.userId, session.startedAt, now))
  // Sent together, and done in this order: an ordinary place is free when the entry has left it.
  const [completedEntry, removed, restored, completed] = await Promise.all([
    holdsClaim ? claims.complete(sql, userEntry.id, session.id, now) : undefined,
    isLeft ? callQueue.remove(sql, userEntry.id, now) : [],
    userCallScores.restoreEntries(sql, [session.userId], now),
    isKept ? callbacks.complete(sql, callback.id, session.id, now) : undefined,
  ])
  if (completedEntry) changed.push(completedEntry)
  changed.push(...removed, ...restored)
  if (!isKept) return undefined
  pipeline(
    callbackNotifications.add(
      sql,
      [
        {
          callbackId: callback.id,
          kind: 'completed',
          agentId: session.agentId,
          details: { callSessionId: session.id, outcomeType },
        },
      ],
      now,
    ),
  )
  return completed
}

/** The agent is available again after a call, unless it is in the next one, or has gone away. */
async function freeAgent(unit: Transaction, agentId: number, now: Date): Promise<void> {
  const [held, session] = await Promise.all([
    claims.getHeld(unit.sql, agentId),
    agentSessions.getOpen(unit.sql, agentId),
  ])
  if (held) return
  if (session?.status === 'busy' || session?.status === 'wrap_up') await becomeAvailable(unit, agentId, now)
}
