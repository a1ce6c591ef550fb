import type { RouteResult } from '@ringback/core'
import type { QueueType } from '@ringback/db'
import { waitForOpening, windowFor } from './hours.ts'
import { isThere, ownerWait, waitsForOwner } from './owners.ts'
import { isPresent } from './presence.ts'
import { assign, byTime, enqueue, entryOf, placeIsFree, queueTypeOf, serves, waiting } from './queue.ts'
import { type Callback, type Entry, minute, type World } from './world.ts'

/** Every callback that needs work gets a job, unless it has one. */
export function tick(world: World): void {
  for (const callback of needWork(world)) world.jobs.add(callback)
}

function isHeld({ now }: World, { heldUntil }: Entry): boolean {
  return heldUntil !== null && heldUntil > now
}

function needWork(world: World): Callback[] {
  const unqueued = firstOfUsers(world)
  const ofCallbacks = waiting(world).filter((entry) => entry.callback)
  const idle = availableAgents(world).filter((agentId) => countAssigned(world, agentId) === 0)
  const withNobody = ofCallbacks.filter((entry) => entry.assignedTo === null && !entry.isEscalated)
  // Agents who serve the same queues count together.
  const groups = Map.groupBy(idle, (agentId) => String(world.skills.get(agentId)))
  const unassigned = [...groups.values()].flatMap((agents) =>
    withNobody.filter(({ queueType }) => serves(world, agents[0]!, queueType)).slice(0, agents.length),
  )
  const misplaced = ofCallbacks.filter(
    (entry) =>
      (entry.assignedTo !== null &&
        mustLeave(world, entry) &&
        (!isHeld(world, entry) || !isThere(world, entry.assignedTo))) ||
      (!entry.isEscalated && isLeftLying(world, entry) && !isHeld(world, entry)),
  )
  const owned = ofCallbacks.filter(
    ({ callback }) => waitsForOwner(world, callback!) && isThere(world, callback!.preferredAgentId),
  )
  return [...unqueued, ...[...unassigned, ...misplaced, ...owned].map((entry) => entry.callback!)]
}

/**
 * Of each user's callbacks that are due and in no queue the earliest that is not put off, else the first to be tried
 * again, else one whose agent is back.
 */
function firstOfUsers(world: World): Callback[] {
  const unqueued = world.callbacks.filter((callback) => isDue(world, callback) && !entryOf(world, callback))
  const retries = unqueued.filter(({ retryAt }) => retryAt !== null && retryAt <= world.now)
  const inTurn = [
    ...unqueued.filter(({ retryAt }) => retryAt === null).toSorted(byTime),
    ...retries.toSorted((a, b) => a.retryAt! - b.retryAt! || (a.id < b.id ? -1 : 1)),
    ...unqueued.filter((one) => waitsForOwner(world, one) && isThere(world, one.preferredAgentId)).toSorted(byTime),
  ]
  const users = new Set<string>()
  return inTurn.filter(({ userId }) => !users.has(userId) && users.add(userId))
}

/** Pending ones six minutes ahead, accepted ones when they are overdue. */
function isDue({ now }: World, { status, scheduledFor }: Callback): boolean {
  if (status === 'pending') return scheduledFor <= now + 6 * minute
  return status === 'accepted' && scheduledFor < now
}

/**
 * An entry leaves an agent who is gone, or who serves its queue no more and is not preferred. One who is merely not available keeps it until it is a minute overdue and
 * somebody else is available, and keeps what was accepted for good.
 */
function mustLeave(world: World, entry: Entry): boolean {
  const { assignedTo, priorityScore, availableFrom, queueType, callback } = entry
  if (!isThere(world, assignedTo)) return true
  if (!serves(world, assignedTo!, queueType) && callback!.preferredAgentId !== assignedTo) return true
  const isOverdue = priorityScore === -1000 && availableFrom < world.now - minute
  return (
    isOverdue && world.sessions.get(assignedTo!)!.status !== 'available' && helper(world, callback!, queueType) !== null
  )
}

/**
 * Nobody has called for as long as the policy says, or, without such a policy, its agent has been available for five minutes
 * with the entry at hand. A preferred agent has as long from when it got the entry.
 */
function isLeftLying(world: World, { assignedTo, assignedAt, availableFrom, queueType, callback }: Entry): boolean {
  const { escalateAfterMinutes } = world.policies.get(queueType) ?? {}
  if (escalateAfterMinutes !== undefined) {
    const isPreferred = assignedTo !== null && assignedTo === callback!.preferredAgentId
    const since = isPreferred ? Math.max(availableFrom, assignedAt) : availableFrom
    return since < world.now - escalateAfterMinutes * minute
  }
  if (assignedTo === null || !availableAgents(world).includes(assignedTo)) return false
  const { since } = world.sessions.get(assignedTo)!
  return Math.max(since, assignedAt, availableFrom) < world.now - 5 * minute
}

/** The callbacks that have jobs are routed by time. Returns what becomes of each. */
export function work(world: World): Map<string, RouteResult> {
  const jobs = [...world.jobs]
  world.jobs.clear()
  return routeTogether(world, jobs)
}

/** Callbacks are routed together, by time. Those that may not be called now leave when all are decided about. */
export function routeTogether(world: World, callbacks: Callback[]): Map<string, RouteResult> {
  const jobs = callbacks.toSorted(byTime)
  const known = world.entryCount
  const others = world.callbacks
    .filter((callback) => isDue(world, callback) && !entryOf(world, callback))
    .filter((callback) => callback.retryAt === null && !jobs.includes(callback))
  const leaving: Leaving = { toWait: new Map(), toClose: new Set() }
  const results = new Map(jobs.map((callback) => [callback.id, route(world, callback, others, leaving)]))
  // Entries made together are numbered by user.
  const made = [...world.entries.values()].filter((entry) => entry.number > known)
  made
    .toSorted((a, b) => Number(a.userId) - Number(b.userId))
    .forEach((entry, index) => (entry.number = known + index + 1))
  const begin = [...leaving.toWait].filter(([callback, until]) => waitForOwner(world, callback, until))
  for (const callback of leaving.toClose) close(world, callback)
  for (const [{ userId }] of begin) placeIsFree(world, userId)
  for (const { userId } of leaving.toClose) placeIsFree(world, userId)
  return results
}

function close(world: World, callback: Callback): void {
  const entry = entryOf(world, callback)
  const due = Math.max(callback.scheduledFor, world.now)
  const hours = { ...callback, queueType: entry?.queueType ?? queueTypeOf(world, callback.userId, callback) }
  if (entry) world.entries.delete(callback.userId)
  // A wait for its agent that has begun goes on.
  const hasBegun = callback.scheduledFor <= world.now && (entry || callback.ownerAwaitedUntil !== null)
  if (hasBegun) callback.ownerAwaitedSince ??= callback.scheduledFor
  waitForOpening(callback, windowFor(world, hours, due).from)
}

/** Whether it begins to. */
function waitForOwner(world: World, callback: Callback, until: number): boolean {
  const begins = entryOf(world, callback) !== undefined || callback.unplacedBecause !== 'owner-missing'
  if (entryOf(world, callback)) world.entries.delete(callback.userId)
  const why = { unplacedBecause: 'owner-missing' as const, ownerAwaitedUntil: until }
  Object.assign(callback, { status: 'pending', retryAt: until - 6 * minute, ...why })
  return begins
}

/** What has no place any more when all are decided about. */
interface Leaving {
  /** Until when each waits for its agent. */
  toWait: Map<Callback, number>
  toClose: Set<Callback>
}

/** Whether the customer may not be called from when it is due, or now. */
function isClosed(world: World, callback: Callback, entry?: Entry): boolean {
  const from = Math.max(entry?.availableFrom ?? callback.scheduledFor, world.now)
  const queueType = entry?.queueType ?? queueTypeOf(world, callback.userId, callback)
  return windowFor(world, { ...callback, queueType }, from).from > from
}

/** `others` are due as well, and have no job yet. */
function route(world: World, callback: Callback, others: Callback[], { toWait, toClose }: Leaving): RouteResult {
  const live = world.entries.get(callback.userId)
  if (live?.callback === callback) {
    if (!live.claim && isClosed(world, callback, live)) {
      // It is not counted among what its agent has.
      assign(world, live, null)
      toClose.add(callback)
      return { kind: 'deferred' }
    }
    const until = live.claim ? null : ownerWait(world, callback, live.queueType)
    if (until !== null && !isThere(world, callback.preferredAgentId) && until > world.now + 6 * minute) {
      assign(world, live, null)
      toWait.set(callback, until)
      return { kind: 'deferred' }
    }
    if (!live.claim) setUntil(world, live, callback)
    return until === null ? routeAgain(world, live, callback) : routeOwned(world, live, callback, until)
  }
  if (!isDue(world, callback)) return { kind: 'left' }
  if (!world.users.has(callback.userId)) {
    Object.assign(callback, { retryAt: null, unplacedBecause: null, ownerAwaitedUntil: null })
    return { kind: 'failed', reason: 'unknown-user' }
  }
  if (isClosed(world, callback)) {
    toClose.add(callback)
    return { kind: 'deferred' }
  }
  const until = ownerWait(world, callback, queueTypeOf(world, callback.userId, callback))
  const isOwnerThere = isThere(world, callback.preferredAgentId)
  if (until !== null && !isOwnerThere && until > world.now + 6 * minute) {
    toWait.set(callback, until)
    return { kind: 'deferred' }
  }
  const isPreceded = others.some((other) => other.userId === callback.userId && byTime(other, callback) < 0)
  if (live?.callback || live?.claim || isPreceded) {
    const waits = Math.min(Math.max(world.now - callback.scheduledFor, minute), 30 * minute)
    Object.assign(callback, { retryAt: world.now + waits, unplacedBecause: 'deferred', ownerAwaitedUntil: null })
    return { kind: 'deferred' }
  }

  const isOwned = until !== null && isOwnerThere
  const substitute = () => helper(world, callback, queueTypeOf(world, callback.userId, callback))
  const agentId = isOwned ? callback.preferredAgentId : substitute()
  const wasAccepted = callback.status === 'accepted'
  const isAhead = until !== null && !isOwned
  enqueue(
    world,
    {
      userId: callback.userId,
      callback,
      priorityScore: wasAccepted ? -2000 : -1000,
      availableFrom: wasAccepted ? world.now : isAhead ? until : callback.scheduledFor,
      assignedTo: agentId,
    },
    isOwned ? until : null,
  )
  if (isAhead) callback.ownerAwaitedUntil = until
  return queuedWith(callback, agentId)
}

/** It is its preferred agent's, who is there; else somebody else is told of the end of the wait ahead of time. */
function routeOwned(world: World, entry: Entry, callback: Callback, until: number): RouteResult {
  const { preferredAgentId: owner, scheduledFor } = callback
  if (!isThere(world, owner)) {
    if (entry.availableFrom >= until) return routeAgain(world, entry, callback)
    assign(world, entry, null)
    assign(world, entry, idleHelper(world, callback, entry))
    Object.assign(entry, { availableFrom: until })
    callback.ownerAwaitedUntil = until
    return queuedWith(callback, entry.assignedTo)
  }
  const isLater = entry.availableFrom > world.now && entry.availableFrom > scheduledFor
  if (entry.assignedTo !== owner || isLater) {
    assign(world, entry, owner, until)
    if (isLater) entry.availableFrom = scheduledFor
    callback.ownerAwaitedUntil = null
  }
  return { kind: 'queued', agentId: owner, isSubstitute: false }
}

/** The preferred agent, else a substitute who has no other callback to make. */
function idleHelper(world: World, callback: Callback, { queueType }: Entry): number | null {
  const substitute = bestSubstitute(world, queueType)
  const idle = substitute !== null && countAssigned(world, substitute) === 0 ? substitute : null
  return preferred(world, callback) ?? idle
}

/** An entry ends with the hours that hold when it can be had, as that stands before it is given to somebody else for later. */
function setUntil(world: World, entry: Entry, callback: Callback): void {
  const from = Math.max(entry.availableFrom, world.now)
  entry.availableUntil = windowFor(world, { ...callback, queueType: entry.queueType }, from).until
}

/** A callback that waited in the queue already goes to a substitute only if that one has no other callback to make. */
function routeAgain(world: World, entry: Entry, callback: Callback): RouteResult {
  if (entry.claim) return { kind: 'left' }
  if (entry.isEscalated) return { kind: 'queued', agentId: null, isSubstitute: false }
  if (isLeftLying(world, entry)) {
    assign(world, entry, null)
    entry.isEscalated = true
    return { kind: 'queued', agentId: null, isSubstitute: false }
  }
  if (entry.assignedTo !== null && !mustLeave(world, entry)) {
    return { kind: 'queued', agentId: entry.assignedTo, isSubstitute: false }
  }
  const agentId = idleHelper(world, callback, entry)
  // One that stays with nobody is kept, not given anew.
  if (agentId === entry.assignedTo) return { kind: 'queued', agentId, isSubstitute: false }
  assign(world, entry, agentId)
  return queuedWith(callback, agentId)
}

function queuedWith(callback: Callback, agentId: number | null): RouteResult {
  return { kind: 'queued', agentId, isSubstitute: agentId !== null && agentId !== callback.preferredAgentId }
}

function preferred(world: World, { preferredAgentId }: Callback): number | null {
  return preferredAgentId !== null && availableAgents(world).includes(preferredAgentId) ? preferredAgentId : null
}

function helper(world: World, callback: Callback, queueType: QueueType): number | null {
  return preferred(world, callback) ?? bestSubstitute(world, queueType)
}

/** Of those who serve the queue: fewest assigned callbacks, then longest available, then lowest id. */
function bestSubstitute(world: World, queueType: QueueType): number | null {
  const since = (agentId: number) => world.sessions.get(agentId)!.since
  const serving = availableAgents(world).filter((agentId) => serves(world, agentId, queueType))
  const [best] = serving.toSorted(
    (a, b) => countAssigned(world, a) - countAssigned(world, b) || since(a) - since(b) || a - b,
  )
  return best ?? null
}

export function availableAgents(world: World): number[] {
  const sessions = [...world.sessions].filter(
    ([, session]) => session.status === 'available' && isPresent(world, session),
  )
  return sessions.map(([agentId]) => agentId)
}

function countAssigned(world: World, agentId: number): number {
  return waiting(world).filter((entry) => entry.assignedTo === agentId).length
}
