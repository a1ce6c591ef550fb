import type { QueueType } from '@ringback/db'
import { turn } from './presence.ts'
import { addCallback } from './promises.ts'
import { entryOf, firstFor, giveBack, heldBy, restoreOrdinary } from './queue.ts'
import { type Call, callbackFields, type Entry, entryFields, type Expected, refused, type World } from './world.ts'

/** What an agent would be given now. */
export function peek(world: World, agentId: number): Expected {
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
  const entry = firstFor(world, agentId, queueType)
  if (!entry) return { status: 204 }

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
    nextCallback: null,
  }
  world.calls.push(call)
  entry.claim = call
  if (callback) Object.assign(callback, { status: 'in_progress', statusBeforeClaim: callback.status })
  turn(world, agentId, 'busy')
  session.lastSeen = world.now
  return { status: 200, body: { ...callFields(world, entry), callSessionId: call.id, resumed: false } }
}

/** The entry of a call is given back: it stands where it stood. The agent is available again. */
export function release(world: World, call: Call | undefined): Expected {
  if (!call) return refused(404, 'queue-entry-not-found')
  const { claim: holder } = call.entry
  if (!holder || world.entries.get(call.userId) !== call.entry) return refused(409, 'entry-not-claimed')
  // In this order: what an agent gives back is not what it is given for becoming available.
  turn(world, holder.agentId, 'available')
  giveBack(call.entry)
  return { status: 200, body: { queueEntry: entryFields(call.entry) } }
}

/** The call is over and nobody says what came of it: its entry stays claimed. */
export function complete(world: World, call: Call | undefined): Expected {
  if (!call) return refused(404, 'call-session-not-found')
  if (!call.isOver && world.sessions.get(call.agentId)?.status === 'busy') turn(world, call.agentId, 'wrap_up')
  call.isOver = true
  return { status: 200, body: { id: call.id, status: 'completed', lastOutcomeType: call.outcomeType } }
}

export interface Outcome {
  outcomeType: string
  /** When the next callback is promised for, if there is to be one. */
  nextAt: number | undefined
}

/** What came of a call ends it, its entry and its callback, and the agent is available for the next. */
export function recordOutcome(
  world: World,
  call: Call | undefined,
  { outcomeType, nextAt }: Outcome,
  nextCallbackId: string | undefined,
): Expected {
  if (!call) return refused(404, 'call-session-not-found')
  if (call.outcomeType !== null && call.outcomeType !== outcomeType) return refused(409, 'outcome-already-recorded')
  if (call.outcomeType === null) {
    if (nextAt !== undefined) {
      if (!world.users.has(call.userId)) return refused(422, 'unknown-user')
      const promise = { userId: call.userId, scheduledFor: nextAt, preferredAgentId: null }
      call.nextCallback = addCallback(world, promise, nextCallbackId)
    }
    Object.assign(call, { isOver: true, outcomeType })
    fulfil(world, call)
    const { status } = world.sessions.get(call.agentId) ?? {}
    const isFree = (status === 'busy' || status === 'wrap_up') && !heldBy(world, call.agentId)
    if (isFree) turn(world, call.agentId, 'available')
  }
  return {
    status: 200,
    body: {
      callSession: { id: call.id, status: 'completed', lastOutcomeType: outcomeType },
      callback: call.callback && callbackFields(call.callback),
      nextCallback: call.nextCallback && callbackFields(call.nextCallback),
    },
  }
}

/**
 * The customer has been called. That counts too when the claim was given back before, as long as nobody else has claimed
 * the same since. A wish for an ordinary place that came during the call stands.
 */
function fulfil(world: World, { userId, callback, entry, startedAt, ...call }: Call): void {
  const same = callback ? entryOf(world, callback) : [...world.entries.values()].find((live) => live === entry)
  const isOthers = same?.claim && same.claim.id !== call.id
  if (same && !isOthers) world.entries.delete(userId)
  const wish = world.wishes.get(userId)
  if (wish?.since != null && wish.since <= startedAt) wish.since = null
  restoreOrdinary(world, userId)
  if (callback && callback.status !== 'cancelled' && !isOthers) callback.status = 'completed'
}

function callFields(world: World, entry: Entry) {
  return {
    queueEntry: entryFields(entry),
    callback: entry.callback && callbackFields(entry.callback),
    user: world.users.has(entry.userId) ? { userId: entry.userId } : null,
  }
}
