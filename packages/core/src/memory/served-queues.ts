import { queues, type QueueType, type Sql } from '@ringback/db'

/** Which queues an agent may be given calls from, as far as this process knows. */
export interface QueuesOfAgent {
  /** Whoever waits there for anybody may be given to the agent. */
  served: readonly QueueType[]
  /** Those that it does not serve: there it has what waits for it alone. */
  others: readonly QueueType[]
}

/**
 * What the lanes are asked for follows from the queues that there are and from what agents serve. Both change seldom, and
 * are read anew when they are five seconds old, or were written by this process. What is known here decides nothing: whether
 * an agent may have an entry, the claim asks the rows.
 */
export interface ServedQueues {
  of(sql: Sql, agentId: number): Promise<QueuesOfAgent>
  /** They are read anew when they are next asked for. */
  forget(): void
}

const heldForMs = 5_000

interface Known {
  all: QueuesOfAgent
  byAgent: Map<number, QueuesOfAgent>
  until: number
}

export function servedQueues(): ServedQueues {
  let known: Known | undefined
  let timesForgotten = 0

  async function read(sql: Sql): Promise<Known> {
    const [asOf, until] = [timesForgotten, performance.now() + heldForMs]
    const [types, agents] = await Promise.all([queues.listTypes(sql), queues.listServed(sql)])
    const byAgent = agents.map(({ agentId, queueTypes }) => {
      const isServed = (type: QueueType) => queueTypes.includes(type)
      return [agentId, { served: types.filter(isServed), others: types.filter((type) => !isServed(type)) }] as const
    })
    const now = { all: { served: types, others: [] }, byAgent: new Map(byAgent), until }
    if (asOf === timesForgotten) known = now
    return now
  }

  return {
    async of(sql, agentId) {
      const { all, byAgent } = known && performance.now() < known.until ? known : await read(sql)
      return byAgent.get(agentId) ?? all
    },
    forget() {
      timesForgotten += 1
      known = undefined
    },
  }
}
