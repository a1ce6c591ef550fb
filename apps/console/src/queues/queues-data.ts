import { queryOptions } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'
import { noteServerTime } from '../shared/time/server-clock.ts'

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

/** What people call a queue; one that is gone by its id. */
export type NameOfQueue = (queueType: string) => string

export function namesOfQueues(queues: readonly { queueType: string; name: string }[]): NameOfQueue {
  const names = new Map(queues.map(({ queueType, name }) => [queueType, name]))
  return (queueType) => names.get(queueType) ?? queueType
}
