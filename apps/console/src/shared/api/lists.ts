import { queryOptions } from '@tanstack/react-query'
import { noteServerTime } from '../time/server-clock.ts'
import { ringback } from './client.ts'

/** Every agent, and who is there. */
export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  meta: { live: ['agent.changed'] },
  queryFn: ({ signal }) => ringback.agents.list({}, { signal }),
})

/** Every queue, and how it stands. */
export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  meta: { live: ['queue.changed', 'callback.', 'agent.changed', 'call.'] },
  staleTime: 0,
  queryFn: async ({ signal }) => {
    const { now, queues } = await ringback.queues.list({ signal })
    noteServerTime(now)
    return queues
  },
})
