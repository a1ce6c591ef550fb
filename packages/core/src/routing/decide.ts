import { priorityScores, type agents, type lock, type QueueEntry } from '@ringback/db'
import type { AssignedCounts } from '../memory/assigned-counts.ts'
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
  | { kind: 'queue'; agentId: number | null; replaces: QueueEntry | undefined }
  /** Its entry goes to another agent, or to nobody. */
  | { kind: 'reassign'; entry: QueueEntry; agentId: number | null }
  /** Its agent could have taken it for too long: it is open to all. */
  | { kind: 'escalate'; entry: QueueEntry }
  /** Only one agent may call, who is not there: it waits without a place, and its entry goes. */
  | { kind: 'wait'; entry: QueueEntry | undefined }
  /** Its customer may not be called: it waits for the next opening without a place, and its entry goes. */
  | { kind: 'close'; entry: QueueEntry | undefined; closed: Extract<Standing, { kind: 'closed' }> }
  /** Its user is in a call, or has another callback in a queue, or an earlier one that will be. */
  | { kind: 'defer' }
  /** Its user is gone. */
  | { kind: 'fail'; reason: 'unknown-user' }

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
  now: Date
}

/** Decides about a group of callbacks, one after the other. It only thinks; `route.ts` acts. */
export function decide(situation: Situation): Map<string, Decision> {
  const { callbacks, entries, presences, assigned, standings, rules, now } = situation
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
    const isOwned = callback.owner === 'only'
    if (isOwned && !isThere(callback.preferredAgentId)) return { kind: 'wait', entry: undefined }
    const isUserTaken = live?.callbackId || live?.status === 'in_progress' || taken.has(callback.userId)
    if (isUserTaken || callback.isPreceded) return { kind: 'defer' }
    taken.add(callback.userId)
    const agentId = isOwned ? pool.give(callback.preferredAgentId!) : pool.choose(callback)
    return { kind: 'queue', agentId, replaces: live }
  }

  function decideQueued(callback: Facts, entry: QueueEntry): Decision {
    if (entry.status === 'in_progress') return { kind: 'leave' }
    const closed = closedOf(callback)
    if (closed) {
      if (entry.assignedToAgentId !== null) pool.takeBack(entry.assignedToAgentId)
      return { kind: 'close', entry, closed }
    }
    if (callback.owner === 'only') return decideOwned(callback.preferredAgentId!, entry)
    if (entry.escalatedAt) return { kind: 'keep', entry }
    const holder = entry.assignedToAgentId
    if (holder !== null && isLeftLying(entry, byAgent.get(holder))) {
      pool.takeBack(holder)
      return { kind: 'escalate', entry }
    }
    const wanted = { queueType: entry.queueType, preferredAgentId: callback.preferredAgentId }
    if (holder !== null && !mustLeave(entry, wanted, byAgent.get(holder))) return { kind: 'keep', entry }
    const agentId = pool.chooseIdle(wanted)
    return agentId === holder ? { kind: 'keep', entry } : { kind: 'reassign', entry, agentId }
  }

  function closedOf({ id }: Facts) {
    const standing = standings.get(id)
    return standing?.kind === 'closed' ? standing : undefined
  }

  /** It lies with its only agent, or nowhere. */
  function decideOwned(ownerId: number, entry: QueueEntry): Decision {
    if (!isThere(ownerId)) return { kind: 'wait', entry }
    if (entry.assignedToAgentId === ownerId) return { kind: 'keep', entry }
    return { kind: 'reassign', entry, agentId: pool.give(ownerId) }
  }

  function isThere(agentId: number | null): boolean {
    const presence = agentId === null ? undefined : byAgent.get(agentId)
    return presence !== undefined && !isGone(presence)
  }

  /**
   * An agent who is gone, or serves the queue no more and is not preferred, loses the entry. One who is merely not
   * available keeps it until it is overdue and somebody else is available for it, and keeps an accepted callback for good.
   */
  function mustLeave(entry: QueueEntry, wanted: Wanted, holder: AgentPresence | undefined): boolean {
    if (!holder || isGone(holder)) return true
    if (holder.agentId !== wanted.preferredAgentId && !serves(holder, wanted.queueType)) return true
    const isAccepted = entry.priorityScore === priorityScores.acceptedCallback
    const isOverdue = entry.availableFrom < overdueBefore(rules, now)
    return !isAccepted && isOverdue && !isAvailable(holder) && pool.hasFor(wanted)
  }

  /** The agent is available, and has been for long with the entry at hand. */
  function isLeftLying(entry: QueueEntry, holder: AgentPresence | undefined): boolean {
    const before = escalatedBefore(rules, now)
    if (!before || !holder || !isAvailable(holder)) return false
    const sinces = [
      entry.availableFrom,
      entry.onHoldUntil ?? entry.availableFrom,
      entry.assignedAt!,
      holder.statusSince,
    ]
    return sinces.every((since) => since < before)
  }

  return new Map(callbacks.map((callback) => [callback.id, decideOne(callback)]))
}

/** Due: pending and scheduled within the lead, or accepted and past its time. */
function isDue(callback: Facts, rules: Rules, now: Date): boolean {
  if (callback.status === 'pending') return callback.scheduledFor <= dueHorizon(rules, now)
  return callback.status === 'accepted' && callback.scheduledFor < now
}

function isGone(agent: AgentPresence): boolean {
  return agent.status === 'away' || !agent.isPresent
}
