import type { agents, callbacks, QueueEntry } from '@ringback/db'
import { dueHorizon, overdueBefore, type Policy } from '../policy.ts'
import type { AssignedCounts } from './assigned-counts.ts'
import { agentPool, isAvailable } from './choose-agent.ts'
import { priorityScores } from './entry-terms.ts'

type AgentPresence = agents.AgentPresence
type Facts = callbacks.RoutingFacts

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
  /** Its user is in a call, or has another callback in a queue. */
  | { kind: 'defer' }
  /** Its user is gone. */
  | { kind: 'fail'; reason: 'unknown-user' }

export interface Situation {
  /** The callbacks to decide about, in the order in which they are given agents. */
  callbacks: Facts[]
  /** The live entries of their users. */
  entries: QueueEntry[]
  presences: AgentPresence[]
  /** What is decided is added to it. */
  assigned: AssignedCounts
  policy: Policy
  now: Date
}

/** Decides about a group of callbacks, one after the other. It only thinks; `route.ts` acts. */
export function decide({ callbacks, entries, presences, assigned, policy, now }: Situation): Map<string, Decision> {
  const pool = agentPool(presences, assigned)
  const byAgent = new Map(presences.map((presence) => [presence.agentId, presence]))
  const entryOfUser = new Map(entries.map((entry) => [entry.userId, entry]))
  const taken = new Set<string>()

  function decideOne(callback: Facts): Decision {
    const live = entryOfUser.get(callback.userId)
    if (live?.callbackId === callback.id) return decideQueued(callback, live)
    if (!isDue(callback, policy, now)) return { kind: 'leave' }
    if (!callback.userExists) return { kind: 'fail', reason: 'unknown-user' }
    if (live?.callbackId || live?.status === 'in_progress' || taken.has(callback.userId)) return { kind: 'defer' }
    taken.add(callback.userId)
    return { kind: 'queue', agentId: pool.choose(callback.preferredAgentId), replaces: live }
  }

  function decideQueued(callback: Facts, entry: QueueEntry): Decision {
    if (entry.status === 'in_progress') return { kind: 'leave' }
    const holder = entry.assignedToAgentId
    if (holder !== null && !mustLeave(entry, byAgent.get(holder))) return { kind: 'keep', entry }
    const agentId = pool.chooseIdle(callback.preferredAgentId)
    return agentId === holder ? { kind: 'keep', entry } : { kind: 'reassign', entry, agentId }
  }

  /**
   * An agent who is gone loses the entry. One who is merely not available keeps it until it is overdue and somebody else
   * is available, and keeps an accepted callback for good.
   */
  function mustLeave(entry: QueueEntry, holder: AgentPresence | undefined): boolean {
    if (!holder || isGone(holder)) return true
    const isAccepted = entry.priorityScore === priorityScores.acceptedCallback
    const isOverdue = entry.availableFrom < overdueBefore(policy, now)
    return !isAccepted && isOverdue && !isAvailable(holder) && !pool.isEmpty
  }

  return new Map(callbacks.map((callback) => [callback.id, decideOne(callback)]))
}

/** Due: pending and scheduled within the lead, or accepted and past its time. */
function isDue(callback: Facts, policy: Policy, now: Date): boolean {
  if (callback.status === 'pending') return callback.scheduledFor <= dueHorizon(policy, now)
  return callback.status === 'accepted' && callback.scheduledFor < now
}

function isGone(agent: AgentPresence): boolean {
  return agent.status === 'away' || !agent.isPresent
}
