import type { QueueType } from '@ringback/db'
import { allowedTime, outsideHours, windowOfCallback } from './hours.ts'
import { assign, byTime, enqueue, entryOf, queueTypeOf, restorePlace, serves } from './queue.ts'
import {
  agentIds,
  type Callback,
  callbackFields,
  type Entry,
  entryFields,
  type Expected,
  minute,
  openCallbacksPerUser,
  refused,
  type World,
} from './world.ts'

interface Promised {
  userId: string
  scheduledFor: number
  preferredAgentId: number | null
  queueType: QueueType | null
  asksForTime: boolean
}

export type WhenClosed = 'next-opening' | undefined

/**
 * A promise is made, unless the user has one that nobody is calling within five minutes of that time. Without an id it cannot
 * be: the request is refused.
 */
export function schedule(
  world: World,
  { allowDuplicate, whenClosed, ...asked }: Promised & { allowDuplicate: boolean | undefined; whenClosed: WhenClosed },
  id: string | undefined,
): Expected {
  if (asked.queueType !== null && !world.queueTypes.has(asked.queueType)) return refused(422, 'unknown-queue')
  if (!world.users.has(asked.userId)) return refused(422, 'unknown-user')
  if (world.blocked.has(asked.userId)) return refused(409, 'do-not-call')
  if (isUnknown(asked.preferredAgentId)) return refused(422, 'unknown-agent')
  const queueType = asked.queueType ?? queueTypeOf(world, asked.userId, null)
  const allowed = allowedTime(world, { ...asked, queueType, attempts: 0 }, { ...asked, whenClosed })
  if ('refusal' in allowed) return allowed.refusal
  const promise = { ...asked, scheduledFor: allowed.at }
  const [same] = world.callbacks
    .filter((callback) => callback.userId === promise.userId && isOpen(callback))
    .filter(({ scheduledFor }) => Math.abs(scheduledFor - promise.scheduledFor) <= 5 * minute)
    .toSorted(byTime)
  if (same && !allowDuplicate) return { status: 200, body: { ...callbackFields(same), duplicateOf: same.id } }
  if (!hasRoom(world, promise.userId)) return refused(409, 'too-many-open-callbacks')
  return { status: 201, body: { ...callbackFields(addCallback(world, promise, id)), duplicateOf: null } }
}

/** Whether a user has less open callbacks than there may be, without one that is kept just now. */
export function hasRoom(world: World, userId: string, kept: Callback | null = null): boolean {
  const open = world.callbacks.filter(
    (callback) =>
      callback.userId === userId && callback !== kept && (isOpen(callback) || callback.status === 'in_progress'),
  )
  return open.length < openCallbacksPerUser
}

export function addCallback(world: World, promise: Promised, id = 'an id'): Callback {
  const status = 'pending'
  const callback: Callback = {
    id,
    ...promise,
    promisedFor: promise.scheduledFor,
    status,
    statusBeforeClaim: status,
    retryAt: null,
    unplacedBecause: null,
    ownerAwaitedUntil: null,
    ownerAwaitedSince: null,
    attempts: 0,
    result: null,
  }
  world.callbacks.push(callback)
  return callback
}

/** An agent takes a pending callback as its own next call; the user's other entry goes. */
export function accept(world: World, callback: Callback | undefined, agentId: number): Expected {
  if (!callback) return refused(404, 'callback-not-found')
  if (!world.sessions.has(agentId)) return refused(409, 'agent-not-logged-in')
  if (callback.status === 'accepted' && callback.preferredAgentId === agentId) {
    const own = entryOf(world, callback)
    if (own?.assignedTo === null) assign(world, own, agentId)
    if (own?.assignedTo !== agentId) return refused(409, 'callback-not-pending')
    return accepted(callback, own)
  }
  if (callback.status !== 'pending') return refused(409, 'callback-not-pending')
  if (!world.users.has(callback.userId)) return refused(422, 'unknown-user')
  if (world.blocked.has(callback.userId)) return refused(409, 'do-not-call')
  if (world.entries.get(callback.userId)?.claim) return refused(409, 'user-in-call')
  const queueType = queueTypeOf(world, callback.userId, callback)
  if (callback.preferredAgentId !== agentId && !serves(world, agentId, queueType)) {
    return refused(409, 'queue-not-served')
  }
  const opening = windowOfCallback(world, callback, world.now).from
  if (opening > world.now) return outsideHours(opening)
  Object.assign(callback, { status: 'accepted', preferredAgentId: agentId })
  const { userId } = callback
  const entry = { userId, callback, priorityScore: -2000, availableFrom: world.now, assignedTo: agentId }
  return accepted(callback, enqueue(world, entry))
}

function accepted(callback: Callback, entry: Entry): Expected {
  return {
    status: 200,
    body: { callback: callbackFields(callback), queueEntry: entryFields(entry), queueType: entry.queueType },
  }
}

/** By so many minutes from its time or from now, whichever is later. */
export function snooze(world: World, callback: Callback | undefined, minutes: number): Expected {
  if (!callback) return refused(404, 'callback-not-found')
  const entry = entryOf(world, callback)
  if (!isOpen(callback)) return refused(409, 'callback-not-open')
  if (world.blocked.has(callback.userId)) return refused(409, 'do-not-call')
  const wanted = Math.max(world.now, callback.scheduledFor) + minutes * minute
  const { from } = windowOfCallback(world, callback, wanted)
  takeOut(world, callback, 'pending')
  callback.scheduledFor = from
  return {
    status: 200,
    body: { callback: callbackFields(callback), removedQueueEntryIds: entry ? [entry.id] : [] },
  }
}

/** To another time, and to another agent unless that is left out. */
export function reschedule(
  world: World,
  callback: Callback | undefined,
  {
    preferredAgentId,
    ...asked
  }: { scheduledFor: number; preferredAgentId: number | null | undefined; whenClosed: WhenClosed },
): Expected {
  if (!callback) return refused(404, 'callback-not-found')
  if (!isOpen(callback)) return refused(409, 'callback-not-open')
  if (world.blocked.has(callback.userId)) return refused(409, 'do-not-call')
  if (isUnknown(preferredAgentId)) return refused(422, 'unknown-agent')
  const queueType = queueTypeOf(world, callback.userId, callback)
  const allowed = allowedTime(world, { ...callback, queueType }, asked)
  if ('refusal' in allowed) return allowed.refusal
  takeOut(world, callback, 'pending')
  Object.assign(callback, { scheduledFor: allowed.at, promisedFor: allowed.at })
  if (preferredAgentId !== undefined) callback.preferredAgentId = preferredAgentId
  return { status: 200, body: { callback: callbackFields(callback) } }
}

export function cancel(world: World, callback: Callback | undefined): Expected {
  if (!callback) return refused(404, 'callback-not-found')
  if (!isOpen(callback)) return refused(409, 'callback-not-open')
  takeOut(world, callback, 'cancelled')
  callback.result = 'cancelled'
  return { status: 200, body: { callback: callbackFields(callback) } }
}

/** What it says is no part of the world. */
export function update(world: World, callback: Callback | undefined): Expected {
  if (!callback) return refused(404, 'callback-not-found')
  if (!isOpen(callback) && callback.status !== 'in_progress') return refused(409, 'callback-not-open')
  if (!world.users.has(callback.userId)) return refused(422, 'unknown-user')
  return { status: 200, body: { callback: callbackFields(callback) } }
}

/** A callback that nobody has claimed leaves its queue, and what else the user waits for comes back. */
function takeOut(world: World, callback: Callback, status: 'pending' | 'cancelled'): void {
  if (entryOf(world, callback)) world.entries.delete(callback.userId)
  const anew = { retryAt: null, unplacedBecause: null, ownerAwaitedUntil: null, ownerAwaitedSince: null }
  Object.assign(callback, { status, ...anew })
  restorePlace(world, callback.userId)
}

function isOpen({ status }: Callback): boolean {
  return status === 'pending' || status === 'accepted'
}

function isUnknown(agentId: number | null | undefined): boolean {
  return agentId != null && !agentIds.includes(agentId)
}
