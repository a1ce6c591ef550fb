import type { Overview, ShownPromise } from '@ringback/client'
import { queryOptions } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'
import { noteServerTime } from '../shared/time/server-clock.ts'

/** What time alone changes, such as that something is late, no event tells. */
const everyMs = 3_000
/** What happens shows within half a second, however much happens. */
const pauseMs = 250

/** All that the wall shows, in one request. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  meta: {
    live: ['callback.', 'queue.changed', 'agent.changed', 'call.', 'tick.', 'alert.', 'policy.changed'],
    pauseMs,
  },
  staleTime: 0,
  refetchInterval: everyMs,
  refetchIntervalInBackground: false,
  queryFn: async ({ signal }): Promise<Overview> => {
    const overview = await ringback.operations.getOverview({ signal })
    noteServerTime(overview.now)
    return overview
  },
})

/** What is late and what comes, each once, by time: late ones first. */
export function promisesOf({ overdue, upcoming }: Overview): ShownPromise[] {
  const byId = new Map([...overdue, ...upcoming].map((promise) => [promise.callback.id, promise]))
  return [...byId.values()].toSorted(
    (one, other) => Date.parse(one.callback.scheduledFor) - Date.parse(other.callback.scheduledFor),
  )
}

/** What people call an agent; of those who are not at work the number is known. */
export type NameOfAgent = (agentId: number) => string

export function namesOfAgents({ agents }: Pick<Overview, 'agents'>, byNumber: NameOfAgent): NameOfAgent {
  const names = new Map(agents.map(({ agentId, firstName, lastName }) => [agentId, `${firstName} ${lastName}`.trim()]))
  return (agentId) => names.get(agentId) ?? byNumber(agentId)
}
