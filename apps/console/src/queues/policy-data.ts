import type { Actor } from '@ringback/client'
import { queryOptions } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'
import type { Messages } from '../shared/messages/index.ts'

const mostVersions = 200

/** The policy of a queue as it holds. */
export const policyQuery = (queueType: string) =>
  queryOptions({
    queryKey: ['policy', queueType],
    meta: { live: ['policy.changed'] },
    queryFn: ({ signal }) => ringback.policies.get(queueType, { signal }),
  })

/** Its versions, the newest first. */
export const versionsQuery = (queueType: string) =>
  queryOptions({
    queryKey: ['policy-versions', queueType],
    meta: { live: ['policy.changed'] },
    queryFn: async ({ signal }) =>
      (await ringback.policies.listVersions(queueType, { limit: mostVersions }, { signal })).items,
  })

/** Who did something, as people call it. */
export function nameOfActor(actor: Actor | null, { story, desk, layout }: Messages): string {
  if (actor === null) return story.unknown
  if (actor.role === 'engine') return story.engine
  if (actor.agentId !== undefined) return desk.byAgent(actor.agentId)
  return actor.sub === undefined ? layout.roles[actor.role] : `${actor.sub} (${layout.roles[actor.role]})`
}
