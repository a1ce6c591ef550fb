import type { Deps, ToldEvent } from '@ringback/core'
import type { callQueue } from '@ringback/db'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import type { ActiveAgents } from '../auth/active-agents.ts'
import type { Principal } from '../auth/principal.ts'
import type { EventHub } from '../events/hub.ts'
import { eventStream } from '../events/stream.ts'
import { ApiProblem } from '../problems/problem.ts'
import { answersEvents, eventsHeaders, eventsQuery } from '../schemas/events.ts'
import { refusals } from '../schemas/problem.ts'

const streamsPerBearer = 20
/** There is no handler that ends it: it lasts as long as its reader. */
const withoutEndMs = 2 ** 31 - 1

type Query = z.infer<typeof eventsQuery>

export interface EventRouteOptions {
  deps: Deps
  hub: EventHub
  maxStreams: number
  active: ActiveAgents
  noteHeartbeat: (agentId: number) => Promise<void>
}

/** Events as they happen, and after a break those that were missed. */
export const eventRoutes: FastifyPluginAsyncZod<EventRouteOptions> = async (
  scope,
  { deps, hub, maxStreams, active, noteHeartbeat },
) => {
  const openOf = new Map<string, number>()
  const count = (subject: string, more: 1 | -1) => {
    const open = (openOf.get(subject) ?? 0) + more
    if (open > 0) openOf.set(subject, open)
    else openOf.delete(subject)
  }

  scope.get(
    '/events',
    {
      config: { access: ['agent', 'service'] },
      handlerTimeout: withoutEndMs,
      schema: {
        operationId: 'streamEvents',
        summary: 'Hear what happens, as it happens',
        description:
          'A stream of server-sent events. An agent hears what concerns it, others hear everything, less what the query leaves out. Each event of the log comes once, in order, with an `id`; whoever comes back with it as `Last-Event-ID` is told what it missed. `reset` means: fetch anew what you know. `queue.depth` tells how much there is to claim when that changes or others are as many, once a second at most. A comment comes every 15 seconds, and an agent who listens counts as present; that a desk listens for it says nothing of that. The stream ends with its token, and when the server stops; a reader that is too slow is cut off. Come back after `retry` milliseconds.',
        tags: ['Events'],
        querystring: eventsQuery,
        headers: eventsHeaders,
        response: {
          200: answersEvents('What happens, until the reader goes'),
          ...refusals('too-many-streams', 'streams-full'),
        },
      },
    },
    async ({ method, principal, query, headers }, reply) => {
      reply.type('text/event-stream').header('cache-control', 'no-store').header('x-accel-buffering', 'no')
      if (method === 'HEAD') return reply.send(undefined as never)
      const { subject, agentId, expiresAt } = principal
      if ((openOf.get(subject) ?? 0) >= streamsPerBearer) {
        throw new ApiProblem('too-many-streams', `At most ${streamsPerBearer} may be open; close one of them`)
      }
      if (hub.size >= maxStreams) {
        throw new ApiProblem(
          'streams-full',
          `At most ${maxStreams} (MAX_STREAMS) are open; another process may have room`,
        )
      }
      const stream = await eventStream({
        hub,
        sql: deps.sql,
        agentId: agentId ?? query.agentId,
        isFor: filterOf(principal, query),
        countsFor: !query.types || query.types.includes('queue.depth') ? (all) => countsOf(all, agentId) : undefined,
        lastEventId: headers['last-event-id'],
        now: () => deps.clock.now(),
        expiresAt,
        mayGoOn,
        onReset: (reason) => deps.telemetry.count('ringback_event_stream_resets_total', { reason }),
      })
      count(subject, 1)
      stream.once('close', () => count(subject, -1))
      return reply.send(stream)

      async function mayGoOn(): Promise<boolean> {
        if (agentId === undefined) return true
        try {
          await active.require(agentId)
        } catch (error) {
          return !(error instanceof ApiProblem) // Postgres is away: that is no fault of the agent.
        }
        if (principal.role === 'agent') await noteHeartbeat(agentId)
        return true
      }
    },
  )

  /** What an agent could claim, by queue; without one, what anybody could. `which` is another text when these are other entries. */
  async function countsOf(claimable: readonly callQueue.ClaimableCount[], agentId: number | undefined) {
    const served = agentId === undefined ? undefined : (await deps.servedQueues.of(deps.sql, agentId)).served
    const isFor = (one: callQueue.ClaimableCount) =>
      served === undefined || one.agentId === agentId || (one.agentId === null && served.includes(one.queueType))
    const its = claimable.filter(isFor)
    const queues = [...Map.groupBy(its, ({ queueType }) => queueType)]
      .map(([queueType, counts]) => ({ queueType, claimable: counts.reduce((sum, { count: n }) => sum + n, 0) }))
      .toSorted((a, b) => (a.queueType < b.queueType ? -1 : 1))
    const which = its.map((one) => one.which).toSorted()
    return { queues, which: which.join(' ') }
  }
}

function filterOf({ agentId: own }: Principal, { types, agentId, userId, callbackId }: Query) {
  const wanted = types && new Set<string>(types)
  return ({ event: { type, data }, agentIds }: ToldEvent): boolean => {
    const about = data as { userId?: string | null; callbackId?: string | null }
    return (
      (own === undefined || agentIds.has(own)) &&
      (wanted === undefined || wanted.has(type)) &&
      (agentId === undefined || agentIds.has(agentId)) &&
      (userId === undefined || about.userId === userId) &&
      (callbackId === undefined || about.callbackId === callbackId)
    )
  }
}
