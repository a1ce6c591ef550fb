import {
  awaitRun,
  batcher,
  durationOf,
  figuresOf,
  noteRoutingFailure,
  routeGroup,
  routingPayload,
  tick,
  tickPayload,
  type Deps,
  type queueNames,
  type RouteResult,
  type RoutingPayload,
} from '@ringback/core'
import { isDatabaseAway } from '@ringback/db'
import { UnrecoverableError, type Job } from 'bullmq'
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel'
import { z } from 'zod'

/**
 * Of two groups one is in Postgres while the jobs of the other end and make room for new ones in Redis. These come one by
 * one, and a full group costs Postgres a third less for each. It is never larger than all jobs that may come.
 */
const routedTogether = (concurrency: number) => ({
  maxSize: Math.min(Math.ceil(concurrency / 2), 250),
  atOnce: 2,
  waits: { quietMs: 50, atMostMs: 300 },
})

/** While Postgres is away a job waits for it, for a minute or more; what it holds others cannot do either. */
const throughOutages = retry(handleWhen(isDatabaseAway), {
  maxAttempts: 40,
  backoff: new ExponentialBackoff({ initialDelay: 250, maxDelay: 2_000 }),
})

/** A tick tells its figures within the minute until the next one, which must not wait for them. */
const figuresWithinMs = 45_000

type Handler = (job: Job) => Promise<unknown>

/** A failure that routing has written down itself. */
export class NotedFailure extends UnrecoverableError {
  readonly reason: RoutingFailure['reason']

  constructor({ reason }: RoutingFailure, callbackId: string) {
    super(`${reason}: callback ${callbackId}`)
    this.reason = reason
  }
}

/** What a job holds is nothing that Ringback writes. */
export class MalformedPayload extends UnrecoverableError {}

type RoutingFailure = Extract<RouteResult, { kind: 'failed' }>

/**
 * What each job does, routing jobs `concurrency` at the same time. When `stopping` aborts, jobs that wait for Postgres
 * fail, to be tried again by others.
 */
export function jobHandlers(deps: Deps, concurrency: number, stopping: AbortSignal) {
  const route = batcher<RoutingPayload, RouteResult>(
    (jobs) => throughOutages.execute(() => routeGroup(deps, jobs), stopping),
    { ...routedTogether(concurrency), traced: { telemetry: deps.telemetry, name: 'route group' } },
  )

  return {
    /** Nothing depends on its result: a tick that takes long, or whose figures cannot be read, tells what it knows. */
    async tick(job) {
      await payloadOf(job, tickPayload)
      const deadline = performance.now() + figuresWithinMs
      const runId = await throughOutages.execute(() => tick(deps, { trigger: 'schedule' }), stopping)
      const wait = { timeoutMs: deadline - performance.now(), signal: stopping }
      const run = await awaitRun(deps, runId, wait).catch((error: Error) => {
        deps.log.debug({ runId, reason: error.message }, 'figures of a tick not read')
      })
      return run ? { runId, enqueued: run.enqueued, ...figuresOf(run), durationMs: durationOf(run) } : { runId }
    },

    /** A callback that cannot be routed shows up as a failed job; a later tick tries it again. */
    async routing(job) {
      const payload = await payloadOf(job, routingPayload)
      const result = await route(payload)
      if (result.kind === 'failed') throw new NotedFailure(result, payload.callbackId)
      return result
    },
  } satisfies Record<keyof typeof queueNames, Handler>
}

const readable = z.object({ callbackId: z.uuid(), runId: z.uuid().nullable().catch(null) })

/**
 * What follows when a routing job has failed for good, whoever gave it up: its handler after the last attempt, or BullMQ
 * because it stalled too often.
 */
export async function noteFailedJob(deps: Deps, job: Job, error: Error): Promise<void> {
  if (error instanceof NotedFailure) return
  const payload = readable.safeParse(job.data)
  if (payload.success) await noteRoutingFailure(deps, { ...payload.data, reason: error.message, cause: error.cause })
}

/** A malformed payload is written back as it was read, since what Redis holds may be nothing that can be shown. */
async function payloadOf<Schema extends z.ZodType>(job: Job, schema: Schema): Promise<z.infer<Schema>> {
  const payload = schema.safeParse(job.data)
  if (payload.success) return payload.data
  await job.updateData(job.data)
  const wrong = new Set(payload.error.issues.map((issue) => issue.path.join('.') || 'its shape'))
  throw new MalformedPayload(`malformed payload: ${[...wrong].join(', ')}`)
}
