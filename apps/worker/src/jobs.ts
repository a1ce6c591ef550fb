import {
  batcher,
  noteRoutingError,
  routeGroup,
  routingPayload,
  tick,
  tickPayload,
  type Deps,
  type queueNames,
  type RouteResult,
  type RoutingPayload,
} from '@ringback/core'
import { UnrecoverableError, type Job } from 'bullmq'
import type { z } from 'zod'

const routedTogether = { maxSize: 200, waitMs: 3 }

type Handler = (job: Job) => Promise<unknown>

/** What each job does. */
export function jobHandlers(deps: Deps) {
  const route = batcher<RoutingPayload, RouteResult>((jobs) => routeGroup(deps, jobs), routedTogether)

  return {
    async tick(job) {
      payloadOf(job, tickPayload)
      return tick(deps, { trigger: 'schedule' })
    },

    /** A callback that cannot be routed shows up as a failed job; the next tick tries it again. */
    async routing(job) {
      const payload = payloadOf(job, routingPayload)
      const result = await route(payload).catch(async (error: unknown) => {
        const isLastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1)
        if (isLastAttempt) await noteRoutingError(deps, payload)
        throw error
      })
      if (result.kind === 'failed') throw new UnrecoverableError(`${result.reason}: callback ${payload.callbackId}`)
      return result
    },
  } satisfies Record<keyof typeof queueNames, Handler>
}

function payloadOf<Schema extends z.ZodType>(job: Job, schema: Schema): z.infer<Schema> {
  const payload = schema.safeParse(job.data)
  if (payload.success) return payload.data
  throw new UnrecoverableError(`malformed payload: ${payload.error.issues.map((issue) => issue.message).join('; ')}`)
}
