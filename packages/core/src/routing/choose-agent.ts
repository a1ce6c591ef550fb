import type { agents } from '@ringback/db'
import type { AssignedCounts } from '../memory/assigned-counts.ts'

type AgentPresence = agents.AgentPresence

/** The agents who may be given callbacks now. Giving one out counts against the next choice. */
export interface AgentPool {
  isEmpty: boolean
  /** Gives a callback to its preferred agent, or to the best substitute; null when nobody is available. */
  choose(preferredAgentId: number | null): number | null
  /**
   * The same for a callback that has waited in a queue already: a substitute who has another callback to make first is
   * no help, so it goes to nobody, and whoever is free first takes it.
   */
  chooseIdle(preferredAgentId: number | null): number | null
  /** Gives a callback to its only agent, who need not be available. */
  give(agentId: number): number
  /** Takes a callback away from an agent, who may be idle then. */
  takeBack(agentId: number): void
}

/**
 * A pool of the available agents among `presences`. The best substitute has the fewest live assigned callbacks, then
 * has been available for the longest time, then has the lowest id. What is given out and taken back changes `assigned`.
 */
export function agentPool(presences: AgentPresence[], assigned: AssignedCounts): AgentPool {
  const available = new Map(presences.filter(isAvailable).map((presence) => [presence.agentId, presence]))
  const assignedTo = (agent: AgentPresence) => assigned.get(agent.agentId) ?? 0

  function bestSubstitute() {
    let best: AgentPresence | undefined
    for (const candidate of available.values()) if (!best || compare(candidate, best) < 0) best = candidate
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

  const preferred = (agentId: number | null) => (agentId === null ? undefined : available.get(agentId))

  return {
    isEmpty: available.size === 0,
    choose: (preferredAgentId) => giveIfAny(preferred(preferredAgentId) ?? bestSubstitute()),
    chooseIdle(preferredAgentId) {
      const substitute = bestSubstitute()
      const idle = substitute && assignedTo(substitute) === 0 ? substitute : undefined
      return giveIfAny(preferred(preferredAgentId) ?? idle)
    },
    give,
    takeBack: (agentId) => void assigned.set(agentId, (assigned.get(agentId) ?? 0) - 1),
  }
}

export function isAvailable(presence: AgentPresence): boolean {
  return presence.status === 'available' && presence.isPresent
}
