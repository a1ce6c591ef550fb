import type { agents, QueueType } from '@ringback/db'
import type { AssignedCounts } from '../memory/assigned-counts.ts'

type AgentPresence = agents.AgentPresence

/** What of a callback tells who may have it: its preferred agent whatever the queue, others when they serve it. */
export interface Wanted {
  queueType: QueueType
  preferredAgentId: number | null
}

/** The agents who may be given callbacks now. Giving one out counts against the next choice. */
export interface AgentPool {
  /** Whether anybody may have the callback. */
  hasFor(wanted: Wanted): boolean
  /** Gives a callback to its preferred agent, or to the best substitute; null when nobody is available for it. */
  choose(wanted: Wanted): number | null
  /**
   * The same for a callback that has waited in a queue already: a substitute who has another callback to make first is
   * no help, so it goes to nobody, and whoever is free first takes it.
   */
  chooseIdle(wanted: Wanted): number | null
  /** Gives a callback to its only agent, who need not be available. */
  give(agentId: number): number
  /** Takes a callback away from an agent, who may be idle then. */
  takeBack(agentId: number): void
}

/**
 * A pool of the available agents among `presences`. The best substitute, of those who serve the queue, has the fewest live
 * assigned callbacks, then has been available for the longest time, then has the lowest id. What is given out and taken
 * back changes `assigned`.
 */
export function agentPool(presences: AgentPresence[], assigned: AssignedCounts): AgentPool {
  const available = new Map(presences.filter(isAvailable).map((presence) => [presence.agentId, presence]))
  const assignedTo = (agent: AgentPresence) => assigned.get(agent.agentId) ?? 0

  function bestSubstitute(queueType: QueueType) {
    let best: AgentPresence | undefined
    for (const candidate of available.values()) {
      if (serves(candidate, queueType) && (!best || compare(candidate, best) < 0)) best = candidate
    }
    return best
  }

  function compare(a: AgentPresence, b: AgentPresence): number {
    return assignedTo(a) - assignedTo(b) || a.statusSince.getTime() - b.statusSince.getTime() || a.agentId - b.agentId
  }

  function give(agentId: number): number {
    assigned.set(agentId, (assigned.get(agentId) ?? 0) + 1)
    return agentId
  }

  const giveIfAny = (agent: AgentPresence | undefined) => (agent ? give(agent.agentId) : null)

  const preferred = ({ preferredAgentId: id }: Wanted) => (id === null ? undefined : available.get(id))

  return {
    hasFor: (wanted) => (preferred(wanted) ?? bestSubstitute(wanted.queueType)) !== undefined,
    choose: (wanted) => giveIfAny(preferred(wanted) ?? bestSubstitute(wanted.queueType)),
    chooseIdle(wanted) {
      const substitute = bestSubstitute(wanted.queueType)
      const idle = substitute && assignedTo(substitute) === 0 ? substitute : undefined
      return giveIfAny(preferred(wanted) ?? idle)
    },
    give,
    takeBack: (agentId) => void assigned.set(agentId, (assigned.get(agentId) ?? 0) - 1),
  }
}

/** Whether an agent is a substitute for callbacks of a queue. */
export function serves({ queueTypes }: Pick<AgentPresence, 'queueTypes'>, queueType: QueueType): boolean {
  return queueTypes === null || queueTypes.includes(queueType)
}

export function isAvailable(presence: AgentPresence): boolean {
  return presence.status === 'available' && presence.isPresent
}
