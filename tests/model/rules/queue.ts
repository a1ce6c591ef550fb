import type { QueueType } from '@ringback/db'
import { stopCalling } from './blocks.ts'
import { renewWindow, waitForOpening, windowOfCallback } from './hours.ts'
import {
  type Callback,
  defaultQueueType,
  type Entry,
  entryFields,
  type Expected,
  refused,
  type Wish,
  type World,
} from './world.ts'

/** Entries that nobody has claimed, in the order in which they are to be called. */
export function waiting(world: World): Entry[] {
  return [...world.entries.values()]
    .filter((entry) => !entry.claim)
    .toSorted((a, b) => a.priorityScore - b.priorityScore || a.availableFrom - b.availableFrom || a.number - b.number)
}

/** The live entry of a callback. */
export function entryOf(world: World, callback: Callback): Entry | undefined {
  const entry = world.entries.get(callback.userId)
  return entry?.callback === callback ? entry : undefined
}

/** The entry that an agent has claimed. */
export function heldBy(world: World, agentId: number): Entry | undefined {
  return [...world.entries.values()].find((entry) => entry.claim?.agentId === agentId)
}

/** Whether an agent is given calls of a queue that are for whoever comes first. */
export function serves({ skills }: World, agentId: number, queueType: QueueType): boolean {
  return skills.get(agentId)?.includes(queueType) ?? true
}

/** Where a callback goes: the queue that it was made for, else that of its user while there is one, else the default. */
export function queueTypeOf(world: World, userId: string, callback: Callback | null): QueueType {
  if (callback?.queueType) return callback.queueType
  const wanted = world.wishes.get(userId)?.queueType
  return wanted !== undefined && world.queueTypes.has(wanted) ? wanted : defaultQueueType
}

/** The entries whose time has come and that are assigned to this agent, or to nobody in a queue that it serves. */
export function allFor(world: World, agentId: number, queueType?: QueueType): Entry[] {
  return waiting(world).filter(
    (entry) =>
      entry.availableFrom <= world.now &&
      !isOver(world, entry) &&
      (entry.assignedTo === agentId || (entry.assignedTo === null && serves(world, agentId, entry.queueType))) &&
      (queueType === undefined || entry.queueType === queueType),
  )
}

/** Whether the hours of an entry are over. */
function isOver({ now }: World, { availableUntil }: Entry): boolean {
  return availableUntil !== null && availableUntil <= now
}

/** The live entry of a user goes; nobody is told any more of what its callback waited for. */
function leavePlace(world: World, userId: string): void {
  const callback = world.entries.get(userId)?.callback
  if (callback) callback.ownerAwaitedUntil = null
  world.entries.delete(userId)
}

/** Gives a user the one live entry, which ends with the hours in which its call is due. */
export function enqueue(
  world: World,
  entry: Omit<
    Entry,
    'id' | 'number' | 'queueType' | 'claim' | 'assignedAt' | 'isEscalated' | 'availableUntil' | 'heldUntil'
  >,
  heldUntil: number | null = null,
): Entry {
  const queueType = queueTypeOf(world, entry.userId, entry.callback)
  const number = ++world.entryCount
  const { callback } = entry
  const from = Math.max(callback?.status === 'pending' ? callback.scheduledFor : world.now, world.now)
  const availableUntil = callback && windowOfCallback(world, callback, from).until
  const made = {
    ...entry,
    availableUntil,
    heldUntil,
    queueType,
    id: undefined,
    number,
    claim: null,
    assignedAt: world.now,
    isEscalated: false,
  }
  leavePlace(world, entry.userId)
  world.entries.set(entry.userId, made)
  if (entry.callback) Object.assign(entry.callback, { retryAt: null, unplacedBecause: null, ownerAwaitedUntil: null })
  return made
}

/** Gives an entry to another agent, or to nobody. */
export function assign({ now }: World, entry: Entry, agentId: number | null, heldUntil: number | null = null): void {
  Object.assign(entry, { assignedTo: agentId, assignedAt: now, isEscalated: false, heldUntil })
}

/**
 * A claimed entry stands again where it stood, and its callback is what it was. The call is over. An ordinary one stands
 * where the user is wanted now, if anywhere.
 */
export function giveBack(world: World, entry: Entry): { isInQueue: boolean } {
  entry.claim!.isOver = true
  entry.claim = null
  if (entry.callback) {
    entry.callback.status = entry.callback.statusBeforeClaim
    renewWindow(world, entry)
    const isBlocked = world.blocked.has(entry.userId)
    if (isBlocked) stopCalling(world, entry.userId)
    return { isInQueue: !isBlocked }
  }
  wakeDeferred(world, entry.userId)
  const wish = world.wishes.get(entry.userId)
  const isInQueue = wish?.since != null
  if (isInQueue) Object.assign(entry, placeOf(wish))
  else world.entries.delete(entry.userId)
  return { isInQueue }
}

function placeOf({ queueType, priorityScore, availableFrom }: Wish) {
  return { queueType, priorityScore, availableFrom }
}

/** The earliest of a user's deferred promises is found by the next tick. */
function wakeDeferred(world: World, userId: string): void {
  const [first] = world.callbacks
    .filter((callback) => callback.userId === userId && callback.unplacedBecause === 'deferred')
    .toSorted(byTime)
  if (first) first.retryAt = null
}

export function byTime(a: Callback, b: Callback): number {
  return a.scheduledFor - b.scheduledFor || (a.id < b.id ? -1 : 1)
}

/**
 * The place of a user without a live entry: that of a promise which an agent has accepted and which had to leave, else the
 * ordinary one, if it is wanted. A promise may take an ordinary place.
 */
export function restorePlace(world: World, userId: string): void {
  const live = world.entries.get(userId)
  if (live?.callback || live?.claim) return
  placeIsFree(world, userId)
}

/** The same once a promise that waits for something else is in nobody's way. */
export function placeIsFree(world: World, userId: string): void {
  const live = world.entries.get(userId)
  if (!live && world.users.has(userId) && restoreDisplaced(world, userId)) return
  wakeDeferred(world, userId)
  if (!live && world.users.has(userId)) restoreOrdinary(world, userId)
}

function restoreDisplaced(world: World, userId: string): boolean {
  const [displaced] = world.callbacks
    .filter((callback) => callback.userId === userId && callback.status === 'accepted')
    .toSorted(byTime)
  if (displaced) {
    if (windowOfCallback(world, displaced, world.now).from > world.now) {
      const due = Math.max(displaced.scheduledFor, world.now)
      waitForOpening(displaced, windowOfCallback(world, displaced, due).from)
      return restoreDisplaced(world, userId)
    }
    const assignedTo = displaced.preferredAgentId
    enqueue(world, { userId, callback: displaced, priorityScore: -2000, availableFrom: world.now, assignedTo })
  }
  return displaced !== undefined
}

function restoreOrdinary(world: World, userId: string): void {
  const wish = world.wishes.get(userId)
  if (wish?.since == null) return
  const { priorityScore, availableFrom } = wish
  enqueue(world, { userId, callback: null, priorityScore, availableFrom, assignedTo: null })
}

/** An integration puts a user into a queue. A callback's entry or a call stands, and the ordinary entry follows later. */
export function putOrdinary(
  world: World,
  { userId, queueType, priorityScore, inMinutes }: OrdinaryUser & { priorityScore: number; inMinutes: number },
): Expected {
  if (!world.queueTypes.has(queueType)) return refused(422, 'unknown-queue')
  if (!world.users.has(userId)) return refused(404, 'user-not-found')
  if (world.blocked.has(userId)) return refused(409, 'do-not-call')
  const place = { queueType, priorityScore, availableFrom: world.now + inMinutes * 60_000 }
  world.wishes.set(userId, { ...place, since: world.now })
  const live = world.entries.get(userId)
  if (live && !live.callback && !live.claim) Object.assign(live, place)
  if (!live) restorePlace(world, userId)
  return { status: 200, body: entryFields(world.entries.get(userId)!) }
}

export interface OrdinaryUser {
  userId: string
  queueType: QueueType
}

/** And takes the user out again. */
export function removeOrdinary(world: World, { userId, queueType }: OrdinaryUser): Expected {
  const wish = world.wishes.get(userId)
  if (wish?.queueType === queueType) wish.since = null
  const live = world.entries.get(userId)
  if (live && !live.callback && !live.claim && live.queueType === queueType) world.entries.delete(userId)
  return { status: 204 }
}

export function putUser(world: World, userId: string): Expected {
  const isNew = !world.users.has(userId)
  world.users.add(userId)
  if (isNew && world.blocked.has(userId)) stopCalling(world, userId)
  renewWindow(world, world.entries.get(userId))
  return { status: isNew ? 201 : 200, body: { userId } }
}

/** The user goes, with entry and wish, and what was said of it. Its callbacks and calls stay. */
export function deleteUser(world: World, userId: string): Expected {
  if (world.entries.get(userId)?.claim) return refused(409, 'user-in-call')
  if (!world.users.delete(userId)) return refused(404, 'user-not-found')
  world.wishes.delete(userId)
  leavePlace(world, userId)
  for (const call of world.calls) if (call.userId === userId) call.request = null
  return { status: 204 }
}
