/**
 * The lanes say that nobody waits, and nothing is decided on Redis alone: each agent who is told so is looked up in
 * Postgres now and then, and every time once that has found somebody.
 */
export interface EmptyLanes {
  /** Whether Postgres is to be asked this time, whether anybody waits for this agent. */
  isToBeAsked(agentId: number): boolean
  /** Postgres knew of somebody. */
  wereWrongFor(agentId: number): void
}

const everyMs = 10_000
const agentsRemembered = 10_000

export function emptyLanes(): EmptyLanes {
  const askedAt = new Map<number, number>()
  return {
    isToBeAsked(agentId) {
      const now = performance.now()
      if (now - (askedAt.get(agentId) ?? -Infinity) < everyMs) return false
      if (askedAt.size >= agentsRemembered) askedAt.clear()
      askedAt.set(agentId, now)
      return true
    },
    wereWrongFor: (agentId) => void askedAt.delete(agentId),
  }
}
