import { callSessions, TryAgain, users, type CallDirection, type CallSession, type OutcomeType } from '@ringback/db'
import type { Sql, TelephonyStatus } from '@ringback/db'
import { within, type Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { e164Of } from '../hours/region.ts'
import { lockCall, type LockedCall } from '../locks.ts'
import type { Transaction } from '../transact.ts'
import { completeCall } from './complete.ts'
import { recordOutcome } from './outcome.ts'
import { startCall } from './start.ts'

/** What telephony says of a call. It may say the same again, and in any order. */
export interface TelephonyEvent {
  /** The call of a claim; with `externalCallId` it says which call of telephony that is. */
  callSessionId?: string | undefined
  /** The id that telephony gave the call, `twilioCallSid` of its session. */
  externalCallId?: string | undefined
  status: TelephonyStatus
  /** Of all events of the call, counted by telephony: one that is lower than one seen before comes too late. */
  sequence?: number | undefined
  /** When an inbound call began, if Ringback has not heard of it; now when left out. */
  at?: Date | undefined
  durationSeconds?: number | undefined
  /** Who calls, of an inbound call. */
  phone?: string | undefined
  direction?: CallDirection | undefined
}

/** Why an event changes nothing. */
export const unheardReasons = [
  'unknown-call',
  'unknown-phone',
  'several-users',
  'another-call',
  'late',
  'outcome-recorded',
] as const
type Unheard = (typeof unheardReasons)[number]

export interface HeardOfCall {
  callSession: CallSession | null
  /** Null when the event was taken for what it says. */
  ignoredBecause: Unheard | null
}

/** What a call came to in which nobody spoke with the customer. */
const outcomeOf: Partial<Record<TelephonyStatus, OutcomeType>> = {
  no_answer: 'no_answer',
  busy: 'busy',
  voicemail: 'voicemail',
  failed: 'failed',
}
/** The call goes on. */
const atWork: ReadonlySet<TelephonyStatus> = new Set(['ringing', 'in_progress'])

/**
 * Takes what telephony says of a call. Of an outbound call, that nobody was reached becomes its outcome, by the same step
 * and with the same effects as if its agent had said so, unless somebody has said what came of it; a call that is over
 * otherwise is completed without one. An inbound call of a number that one user has opens a session, and its end ends that;
 * what came of it the agent says.
 *
 * A call has one id of telephony, the first one linked to it: what is said of another one is ignored, as are calls that are
 * not Ringback's.
 *
 * @throws DomainError `unknown-call-session`, `call-session-exists`, `call-in-the-future`
 */
export async function hearOfCall(deps: Deps, event: TelephonyEvent): Promise<HeardOfCall> {
  return deps.transact(async (tx) => {
    const inside = within(deps, tx)
    const found = (await findCall(tx.sql, event)) ?? (await openInbound(inside, tx, event))
    const known = typeof found === 'string' ? undefined : found
    const heard = known
      ? await apply(inside, tx, known, event)
      : { callSession: null, ignoredBecause: found as Unheard }
    const { callSession, ignoredBecause } = heard
    // Without the id of telephony, which of an unknown call may be anything, a number too.
    const about = { callSessionId: callSession?.id, status: event.status }
    tx.afterCommit(() =>
      ignoredBecause === null
        ? deps.log.debug(about, 'heard of a call')
        : deps.log.info({ ...about, reason: ignoredBecause }, 'event of telephony ignored'),
    )
    return heard
  })
}

async function findCall(sql: Sql, { callSessionId, externalCallId }: TelephonyEvent): Promise<CallSession | undefined> {
  if (callSessionId === undefined) {
    return externalCallId === undefined ? undefined : callSessions.getByTwilioSid(sql, externalCallId)
  }
  const call = await callSessions.get(sql, callSessionId)
  if (!call) throw new DomainError('unknown-call-session', `There is no call session ${callSessionId}`)
  return call
}

/** Whatever is heard first of an inbound call opens its session, be it that it is over. */
async function openInbound(
  deps: Deps,
  { sql }: Transaction,
  { externalCallId, direction, phone, at }: TelephonyEvent,
): Promise<CallSession | Unheard> {
  if (direction !== 'inbound') return 'unknown-call'
  const number = phone === undefined ? null : e164Of(phone, deps.rules.defaultCountry)
  const [userId, ...others] = number === null ? [] : await users.listIds(sql, { ids: [], numbers: [number] })
  if (userId === undefined) return 'unknown-phone'
  if (others.length > 0) return 'several-users'
  const call = { userId, direction, twilioCallSid: externalCallId, startedAt: at }
  const { session } = await startCall(deps, call).catch((error: unknown) => {
    const isGone = error instanceof DomainError && error.code === 'unknown-user'
    throw isGone ? new TryAgain(`User ${userId}, who calls, was erased meanwhile`) : error
  })
  return session
}

async function apply(deps: Deps, tx: Transaction, known: CallSession, event: TelephonyEvent): Promise<HeardOfCall> {
  const { sql } = tx
  const locked = await lockCall(tx, known)
  const { call } = locked
  const { status, sequence, durationSeconds } = event
  const ignored = (ignoredBecause: Unheard): HeardOfCall => ({ callSession: call, ignoredBecause })

  if (!(await isOf(sql, locked, event.externalCallId))) return ignored('another-call')
  if (sequence !== undefined) {
    if (call.telephonySequence !== null && sequence < call.telephonySequence) return ignored('late')
    await callSessions.noteSequence(sql, call.id, sequence)
  }
  const about = { callSessionId: call.id, durationSeconds }
  const outcomeType = call.direction === 'outbound' ? outcomeOf[status] : undefined
  if (outcomeType !== undefined) {
    if (call.lastOutcomeType !== null) return ignored('outcome-recorded')
    const { callSession } = await recordOutcome(deps, { ...about, outcomeType, fromTelephony: true })
    return { callSession, ignoredBecause: null }
  }
  const isAtWork = atWork.has(status)
  const callSession = isAtWork ? (await callSessions.get(sql, call.id))! : await completeCall(deps, about)
  return { callSession, ignoredBecause: null }
}

/**
 * Whether the locked call is the one that telephony means. One that it had no id for has this one from now on, unless its
 * user was erased: then nothing more is written down.
 */
async function isOf(sql: Sql, { call, user }: LockedCall, externalCallId: string | undefined): Promise<boolean> {
  if (externalCallId === undefined || call.twilioCallSid === externalCallId) return true
  if (call.twilioCallSid !== null) return false
  return !user || (await callSessions.adoptTwilioSid(sql, call.id, externalCallId)) !== undefined
}
