/** What an agent does, or that it is not there. */
export const states = ['available', 'busy', 'wrap_up', 'away', 'logged_out', 'inactive'] as const
export type AgentState = (typeof states)[number]

/** What of the agents is looked at; it stands in the address. */
export interface AgentSearch {
  /** A piece of a name or a mail address, or the number. */
  q?: string
  state?: AgentState
  /** A queue that they serve. */
  queue?: string
}

export function agentSearch({ q, state, queue }: Record<string, unknown>): AgentSearch {
  const known = states.find((one) => one === state)
  return {
    // The router reads digits as a number.
    ...((typeof q === 'string' || typeof q === 'number') && q !== '' && { q: String(q) }),
    ...(known && { state: known }),
    ...(typeof queue === 'string' && { queue }),
  }
}
