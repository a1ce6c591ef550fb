import { resultOfOutcome, type OutcomeType, type QueueType, type TelephonyStatus } from '@ringback/db'
import { block } from './blocks.ts'
import { allowedTime } from './hours.ts'
import { isRefusal, nextAttemptAt } from './policies.ts'
import { free, turn } from './presence.ts'
import { addCallback, hasRoom, type WhenClosed } from './promises.ts'
import { giveBack, heldBy, queueTypeOf, restorePlace, serves } from './queue.ts'
import { count, firstFor } from './shares.ts'
import { type Call, callbackFields, type Entry, entryFields, type Expected, refused, type World } from './world.ts'

/** What an agent would be given now. */
export function peek(world: World, agentId: number): Expected {
  if (!world.sessions.has(agentId)) return refused(409, 'agent-not-logged-in')
  const entry = heldBy(world, agentId) ?? firstFor(world, agentId)
  return entry ? { status: 200, body: callFields(world, entry) } : { status: 204 }
}

/** The agent's claim if it has one, else the first entry for it: entry and callback are at work, the agent is busy. */
export function claim(
  world: World,
  { agentId, queueType }: { agentId: number; queueType?: QueueType | undefined },
  callId = 'an id',
): Expected {
  const session = world.sessions.get(agentId)
  if (!session) return refused(409, 'agent-not-logged-in')
  const held = heldBy(world, agentId)
  if (held) return { status: 200, body: { ...callFields(world, held), callSessionId: held.claim!.id, resumed: true } }
  if (queueType !== undefined && !world.queueTypes.has(queueType)) return refused(422, 'unknown-queue')
  if (queueType !== undefined && !serves(world, agentId, queueType)) return refused(409, 'queue-not-served')
  const entry = firstFor(world, agentId, queueType)
  if (!entry) return { status: 204 }
  count(world, agentId, entry, queueType)

  const { userId, callback } = entry
  const call: Call = {
    id: callId,
    agentId,
    userId,
    callback,
    entry,
    startedAt: world.now,
    isOver: false,
    outcomeType: null,
    request: null,
    isToldByTelephony: false,
    nextCallback: null,
    retry: null,
  }
  world.calls.push(call)
  entry.claim = call
  if (callback)
    Object.assign(callback, { status: 'in_progress', statusBeforeClaim: callback.status, ownerAwaitedUntil: null })
  turn(world, agentId, 'busy')
  session.lastSeen = world.now
  return { status: 200, body: { ...callFields(world, entry), callSessionId: call.id, resumed: false } }
}

/** The entry of a call is given back: it stands where it stood. The agent is available again, unless it went away. */
export function release(world: World, call: Call | undefined): Expected {
  if (!call) return refused(404, 'queue-entry-not-found')
  const { claim: holder } = call.entry
  if (!holder || world.entries.get(call.userId) !== call.entry) return refused(409, 'entry-not-claimed')
  // In this order: what an agent gives back is not what it is given for becoming available.
  free(world, holder.agentId)
  const { isInQueue } = giveBack(world, call.entry)
  const fields = entryFields(call.entry)
  return { status: 200, body: { queueEntry: isInQueue ? fields : { ...fields, status: 'removed' } } }
}

/** The call is over and nobody says what came of it: its entry stays claimed. */
export function complete(world: World, call: Call | undefined): Expected {
  if (!call) return refused(404, 'call-session-not-found')
  const held = heldBy(world, call.agentId)
  const isLast = !held || held.claim === call
  if (!call.isOver && isLast && world.sessions.get(call.agentId)?.status === 'busy')
    turn(world, call.agentId, 'wrap_up')
  call.isOver = true
  return { status: 200, body: { id: call.id, status: 'completed', lastOutcomeType: call.outcomeType } }
}

export interface Outcome {
  outcomeType: OutcomeType
  /** When the next callback is promised for, if there is to be one. */
  nextAt: number | undefined
  /** What becomes of it when that is closed. */
  whenClosed: WhenClosed
}

/** What came of a call ends it, its entry and its callback, and the agent is available for the next. */
export function recordOutcome(
  world: World,
  call: Call | undefined,
  { outcomeType, nextAt, whenClosed }: Outcome,
  nextCallbackId: string | undefined,
): Expected {
  if (!call) return refused(404, 'call-session-not-found')
  const request = JSON.stringify([outcomeType, nextAt, nextAt && whenClosed])
  const isSame = call.request === null ? call.outcomeType === outcomeType : call.request === request
  // To what telephony has told nothing is promised.
  const saysMore = call.isToldByTelephony && world.users.has(call.userId) && nextAt !== undefined
  if (saysMore) return refused(409, 'outcome-recorded')
  if (call.outcomeType !== null && !isSame) return refused(409, 'outcome-recorded')
  if (call.outcomeType === null) {
    if (nextAt !== undefined) {
      if (!world.users.has(call.userId)) return refused(422, 'unknown-user')
      if (world.blocked.has(call.userId) || isRefusal(world, call, outcomeType)) return refused(409, 'do-not-call')
      const asked = { userId: call.userId, preferredAgentId: null, queueType: null, asksForTime: false }
      const about = { ...asked, queueType: queueTypeOf(world, call.userId, null), attempts: 0 }
      const allowed = allowedTime(world, about, { scheduledFor: nextAt, whenClosed })
      if ('refusal' in allowed) return allowed.refusal
      const kept = call.entry.claim === call ? call.callback : null
      if (!hasRoom(world, call.userId, kept)) return refused(409, 'too-many-open-callbacks')
      call.nextCallback = addCallback(world, { ...asked, scheduledFor: allowed.at }, nextCallbackId)
    }
    Object.assign(call, { isOver: true, outcomeType, request: world.users.has(call.userId) ? request : null })
    if (call.callback) call.callback.attempts++
    if (isRefusal(world, call, outcomeType)) block(world, call.userId)
    fulfil(world, call, outcomeType)
    if (!heldBy(world, call.agentId)) free(world, call.agentId)
  }
  return {
    status: 200,
    body: {
      callSession: { id: call.id, status: 'completed', lastOutcomeType: outcomeType },
      callback: call.callback && callbackFields(call.callback),
      nextCallback: call.nextCallback && callbackFields(call.nextCallback),
      retry: call.retry,
    },
  }
}

const outcomeOf: Partial<Record<TelephonyStatus, OutcomeType>> = {
  no_answer: 'no_answer',
  busy: 'busy',
  voicemail: 'voicemail',
  failed: 'failed',
}

/** What telephony says of a call: that nobody was reached is its outcome, unless it has one, and any end ends it. */
export function hear(world: World, call: Call | undefined, status: TelephonyStatus): Expected {
  if (!call) return refused(422, 'unknown-call-session')
  const outcomeType = outcomeOf[status]
  const ignored = { status: 200, body: { applied: false, reason: 'outcome-recorded' } }
  if (outcomeType !== undefined && call.outcomeType !== null) return ignored
  if (outcomeType !== undefined) {
    recordOutcome(world, call, { outcomeType, nextAt: undefined, whenClosed: undefined }, undefined)
    Object.assign(call, { request: null, isToldByTelephony: true })
  } else if (status !== 'ringing' && status !== 'in_progress') complete(world, call)
  const callSession = {
    id: call.id,
    status: call.isOver ? 'completed' : 'in_progress',
    lastOutcomeType: call.outcomeType,
  }
  return { status: 200, body: { applied: true, reason: null, callSession } }
}

/**
 * The customer has been called, or was not reached and is called again. A claim that was given back before counts for nothing: its promise stands. A wish for an
 * ordinary place that came during the call stands, too.
 */
function fulfil(world: World, call: Call, outcomeType: OutcomeType): void {
  const { userId, callback, entry, startedAt } = call
  if (entry.claim !== call) return
  entry.claim = null
  world.entries.delete(userId)
  const isTriedAgain = callback && !call.nextCallback && !world.blocked.has(userId)
  const at = isTriedAgain ? nextAttemptAt(world, entry, callback, outcomeType) : null
  if (callback && at !== null) {
    call.retry = { at: new Date(at).toISOString(), attempt: callback.attempts + 1 }
    Object.assign(callback, {
      status: 'pending',
      scheduledFor: at,
      retryAt: null,
      unplacedBecause: null,
      ownerAwaitedUntil: null,
      ownerAwaitedSince: null,
    })
  } else if (callback) Object.assign(callback, { status: 'completed', result: resultOfOutcome[outcomeType] })
  const wish = world.wishes.get(userId)
  if (wish?.since != null && wish.since <= startedAt) wish.since = null
  restorePlace(world, userId)
}

function callFields(world: World, entry: Entry) {
  return {
    queueEntry: entryFields(entry),
    callback: entry.callback && callbackFields(entry.callback),
    user: world.users.has(entry.userId) ? { userId: entry.userId } : null,
  }
}
