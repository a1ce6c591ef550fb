import type { Desk } from '@ringback/client'
import { queryOptions } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'
import { noteServerTime } from '../shared/time/server-clock.ts'

/** Of what waits for nobody in particular no event tells but how much there is, and that is not told twice. */
const asksWhileNobodyWaitsEveryMs = 15_000

/** All that the desk of an agent shows, in one request, and again after each event that may change it. */
export function deskQuery(agentId: number) {
  return queryOptions({
    queryKey: ['desk', agentId],
    meta: { live: ['callback.', 'queue.changed', 'agent.changed', 'call.', 'policy.changed'] },
    staleTime: 0,
    queryFn: async ({ signal }): Promise<Desk> => {
      const desk = await ringback.agents.getDesk(agentId, { signal })
      noteServerTime(desk.now)
      return desk
    },
    refetchInterval: ({ state }) => (state.data?.next === null ? asksWhileNobodyWaitsEveryMs : false),
  })
}

/** The promise of a call with all that happened to it. */
export function storyQuery(callbackId: string) {
  return queryOptions({
    queryKey: ['promise', callbackId],
    meta: { live: ['callback.'] },
    queryFn: ({ signal }) => ringback.callbacks.get(callbackId, undefined, { signal }),
  })
}
