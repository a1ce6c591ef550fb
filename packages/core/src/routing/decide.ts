import {
  priorityScores,
  type agents,
  type AgentStanding,
  type lock,
  type QueueEntry,
  type QueueType,
  type RerouteReason,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { AssignedCounts } from '../memory/assigned-counts.ts'
import { ownerWaitOf, type OwnerWait } from '../policies/owner-wait.ts'
import { policyFor, type Policy } from '../policies/policy.ts'
import { dueHorizon, escalatedBefore, overdueBefore, type Rules } from '../rules.ts'
import type { Standing } from './calling-hours.ts'
import { agentPool, isAvailable, serves, type Wanted } from './choose-agent.ts'

type AgentPresence = agents.AgentPresence
type Facts = lock.RoutingFacts

/** What is to be done about one callback. */
export type Decision =
  /** It needs nothing: ended, claimed, moved to a later time. */
  | { kind: 'leave' }
  /** It is in a queue as it should be. */
  | { kind: 'keep'; entry: QueueEntry }
  /** It gets a queue entry, in the place of the user's ordinary one if there is one. */
  | ({ kind: 'queue'; agentId: number | null; replaces: QueueEntry | undefined; why: Why } & PlaceTerms)
  /** Its entry goes to another agent, or to nobody. */
  | ({
      kind: 'reassign'
      entry: QueueEntry
      agentId: number | null
      why: Why & { because: RerouteReason }
    } & PlaceTerms)
  /** Nobody has claimed it for too long: it is open to all. */
  | { kind: 'escalate'; entry: QueueEntry }
  /** Its preferred agent alone may call now, who is not there: it waits without a place, and its entry goes. */
  | { kind: 'wait'; entry: QueueEntry | undefined; wait: OwnerWait }
  /** Its customer may not be called: it waits for the next opening without a place, and its entry goes. */
  | { kind: 'close'; entry: QueueEntry | undefined; closed: Extract<Standing, { kind: 'closed' }> }
  /** Its user is in a call, or has another callback in a queue, or an earlier one that will be. */
  | { kind: 'defer' }
  /** Its user is gone. */
  | { kind: 'fail'; reason: 'unknown-user' }

/** By what it was decided who gets a callback, for its history. */
interface Why {
  /** How its preferred agent was found; null when nobody is preferred. */
  preferredStanding: AgentStanding | null
}

/** Where the entry of a callback is to stand, when not as the callback says. */
interface PlaceTerms {
  /** When it may be called. */
  availableFrom?: Date
  /** Until when it stays with its preferred agent, who may be busy. */
  heldUntil?: Date
  /** The preferred agent is waited for until it may be called, and somebody else is told ahead of time. */
  isAhead?: boolean
}

export interface Situation {
  /** The callbacks to decide about, in the order in which they are given agents. */
  callbacks: Facts[]
  /** The live entries of their users. */
  entries: QueueEntry[]
  presences: AgentPresence[]
  /** How many callbacks each agent has before any of these. */
  assigned: AssignedCounts
  /** How the callbacks stand by the hours of their customers; those of whom nothing is said may be called at any time. */
  standings: ReadonlyMap<string, Standing>
  rules: Rules
  policyOf: (queueType: QueueType) => Policy
  now: Date
}

/** Decides about a group of callbacks, one after the other. It only thinks; `route.ts` acts. */
export function decide(situation: Situation): Map<string, Decision> {
  const { callbacks, entries, presences, assigned, standings, rules, policyOf, now } = situation
  const pool = agentPool(presences, new Map(assigned))
  const byAgent = new Map(presences.map((presence) => [presence.agentId, presence]))
  const entryOfUser = new Map(entries.map((entry) => [entry.userId, entry]))
  const taken = new Set<string>()

  function decideOne(callback: Facts): Decision {
    const live = entryOfUser.get(callback.userId)
    if (live?.callbackId === callback.id) return decideQueued(callback, live)
    if (!isDue(callback, rules, now)) return { kind: 'leave' }
    if (!callback.userExists) return { kind: 'fail', reason: 'unknown-user' }
    const closed = closedOf(callback)
    if (closed) return { kind: 'close', entry: undefined, closed }
    const wait = waitOf(callback, callback.queueType)
    const isOwnerThere = wait !== null && isThere(wait.agentId)
    if (wait && !isOwnerThere && !isAlmostOver(wait)) return { kind: 'wait', entry: undefined, wait }
    const isUserTaken = live?.callbackId || live?.status === 'in_progress' || taken.has(callback.userId)
    if (isUserTaken || callback.isPreceded) return { kind: 'defer' }
    taken.add(callback.userId)
    const why = whyOf(callback)
    if (wait && isOwnerThere) {
      return { kind: 'queue', agentId: pool.give(wait.agentId), replaces: live, why, heldUntil: wait.until }
    }
    return { kind: 'queue', agentId: pool.choose(callback), replaces: live, why, ...(wait && aheadOf(wait)) }
  }

  function decideQueued(callback: Facts, entry: QueueEntry): Decision {
    if (entry.status === 'in_progress') return { kind: 'leave' }
    const closed = closedOf(callback)
    if (closed) return leaving({ kind: 'close', entry, closed })
    const wanted = { queueType: entry.queueType, preferredAgentId: callback.preferredAgentId }
    const wait = waitOf(callback, entry.queueType)
    if (wait && isThere(wait.agentId)) return decideOwned(callback, entry, wait)
    if (wait && !isAlmostOver(wait)) return leaving({ kind: 'wait', entry, wait })
    if (wait && entry.availableFrom < wait.until) {
      takeBack(entry)
      const why = { ...whyOf(callback), because: 'owner-away' as const }
      return { kind: 'reassign', entry, agentId: pool.chooseIdle(wanted), why, ...aheadOf(wait) }
    }
    if (entry.escalatedAt) return { kind: 'keep', entry }
    const holder = entry.assignedToAgentId
    if (isLeftLying(callback, entry)) return leaving({ kind: 'escalate', entry })
    const because = holder === null ? 'nobodys' : whyItLeaves(entry, wanted, byAgent.get(holder))
    if (because === undefined) return { kind: 'keep', entry }
    takeBack(entry)
    const agentId = pool.chooseIdle(wanted)
    if (agentId === holder) return { kind: 'keep', entry }
    return { kind: 'reassign', entry, agentId, why: { ...whyOf(callback), because } }
  }

  /** Whoever has the entry has one less from now on. */
  function takeBack({ assignedToAgentId }: QueueEntry): void {
    if (assignedToAgentId !== null) pool.takeBack(assignedToAgentId)
  }

  /** The entry leaves whoever has it. */
  function leaving<Left extends Decision & { entry: QueueEntry }>(decision: Left): Left {
    takeBack(decision.entry)
    return decision
  }

  function closedOf({ id }: Facts) {
    const standing = standings.get(id)
    return standing?.kind === 'closed' ? standing : undefined
  }

  /** It lies with its preferred agent, and is due as ever, though somebody else was told of a later time. */
  function decideOwned(callback: Facts, entry: QueueEntry, { agentId, until }: OwnerWait): Decision {
    const { scheduledFor } = callback
    const isLater = entry.availableFrom > now && entry.availableFrom > scheduledFor
    if (entry.assignedToAgentId === agentId && !isLater) return { kind: 'keep', entry }
    takeBack(entry)
    const terms = { heldUntil: until, ...(isLater && { availableFrom: scheduledFor }) }
    const why = { ...whyOf(callback), because: 'owner-there' as const }
    return { kind: 'reassign', entry, agentId: pool.give(agentId), why, ...terms }
  }

  /** How long it is still its preferred agent's alone; null when it is not. */
  function waitOf(callback: Facts, queueType: QueueType): OwnerWait | null {
    const wait = ownerWaitOf(policyFor(policyOf(queueType), callback), callback)
    return wait && wait.until > now ? wait : null
  }

  /** Others are told that they are to call, as long ahead as ever. */
  function isAlmostOver({ until }: OwnerWait): boolean {
    return until <= dueHorizon(rules, now)
  }

  function isThere(agentId: number): boolean {
    const presence = byAgent.get(agentId)
    return presence !== undefined && !isGone(presence)
  }

  /**
   * An agent who is gone, or serves the queue no more and is not preferred, loses the entry. One who is merely not
   * available keeps it until it is overdue and somebody else is available for it, and keeps an accepted callback for good.
   */
  function whyItLeaves(
    entry: QueueEntry,
    wanted: Wanted,
    holder: AgentPresence | undefined,
  ): RerouteReason | undefined {
    if (!holder || isGone(holder)) return 'agent-gone'
    if (holder.agentId !== wanted.preferredAgentId && !serves(holder, wanted.queueType)) return 'queue-not-served'
    const isAccepted = entry.priorityScore === priorityScores.acceptedCallback
    const isOverdue = entry.availableFrom < overdueBefore(rules, now)
    return !isAccepted && isOverdue && !isAvailable(holder) && pool.hasFor(wanted) ? 'late' : undefined
  }

  function whyOf({ preferredAgentId }: Facts): Why {
    if (preferredAgentId === null) return { preferredStanding: null }
    const preferred = byAgent.get(preferredAgentId)
    return { preferredStanding: preferred?.isPresent ? preferred.status : 'gone' }
  }

  /**
   * Nobody has claimed it for as long as the policy says, whosever it is; a preferred agent has as long from when it was given
   * it. Where no policy says so, its agent is available, and has been for long with the entry at hand.
   */
  function isLeftLying({ preferredAgentId }: Facts, entry: QueueEntry): boolean {
    const { availableFrom, onHoldUntil, assignedAt, assignedToAgentId: holderId } = entry
    const claimableSince = [availableFrom, onHoldUntil ?? availableFrom]
    const { escalateAfterMinutes } = policyOf(entry.queueType)
    if (escalateAfterMinutes !== null) {
      const before = addMilliseconds(now, -escalateAfterMinutes * 60_000)
      const isPreferred = holderId !== null && holderId === preferredAgentId
      return [...claimableSince, ...(isPreferred ? [assignedAt!] : [])].every((since) => since < before)
    }
    const before = escalatedBefore(rules, now)
    const holder = holderId === null ? undefined : byAgent.get(holderId)
    if (!before || !holder || !isAvailable(holder)) return false
    return [...claimableSince, assignedAt!, holder.statusSince].every((since) => since < before)
  }

  return new Map(callbacks.map((callback) => [callback.id, decideOne(callback)]))
}

/** Due: pending and scheduled within the lead, or accepted and past its time. */
function isDue(callback: Facts, rules: Rules, now: Date): boolean {
  if (callback.status === 'pending') return callback.scheduledFor <= dueHorizon(rules, now)
  return callback.status === 'accepted' && callback.scheduledFor < now
}

/** Somebody else is told that it may be called when the wait is over. */
function aheadOf({ until }: OwnerWait): PlaceTerms {
  return { availableFrom: until, isAhead: true }
}

function isGone(agent: AgentPresence): boolean {
  return agent.status === 'away' || !agent.isPresent
}
