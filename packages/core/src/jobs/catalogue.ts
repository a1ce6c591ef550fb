import { randomUUID } from 'node:crypto'
import type { Job, JobsOptions, WorkerOptions } from 'bullmq'
import { z } from 'zod'
import type { TraceParent } from '../telemetry/telemetry.ts'

/** The queues in BullMQ. Their names appear here only. */
export const queueNames = {
  /** The minute job. */
  tick: 'callback-notifications',
  /** One job per callback that needs work. */
  routing: 'callback-routing',
} as const

const dayInSeconds = 24 * 60 * 60
/** What Bull Board shows of the past. For the workers: what stands in each job is written, read and kept with each job. */
export const keptJobs = {
  removeOnComplete: { count: 1_000, age: dayInSeconds },
  removeOnFail: { count: 5_000, age: 7 * dayInSeconds },
} satisfies Partial<WorkerOptions>

export const tickPayload = z.strictObject({})
export const tickSchedulerId = 'every-minute'
export const tickEveryMs = 60_000
export const tickOptions = { attempts: 1 } satisfies JobsOptions

/**
 * `runId` is the tick that found the callback, null when it was not a tick. The rest is for whoever looks at the queue, as
 * it stood when the job was made; routing reads rows. Ids and times only: Redis and Bull Board hold nobody's name.
 */
export const routingPayload = z.strictObject({
  callbackId: z.uuid(),
  userId: z.string().optional(),
  agentId: z.int().nullable().optional(),
  dueAt: z.iso.datetime().optional(),
  runId: z.uuid().nullable(),
})
export type RoutingPayload = z.infer<typeof routingPayload>

/** A callback that needs work. */
export interface DueCallback {
  callbackId: string
  userId: string
  /** The agent whom it prefers, or, when it is in a queue, for whom it waits there. */
  agentId: number | null
  dueAt: Date
}

/** What the job of a callback holds. There is one for each callback, so it is kept short. */
export function routingPayloadOf(callback: DueCallback, runId: string | null): RoutingPayload {
  const { callbackId, userId, agentId, dueAt } = callback
  return { callbackId, userId, agentId, dueAt: dueAt.toISOString(), runId }
}

/**
 * Options of a routing job. `deduplication` keeps at most one job per callback waiting or at work and frees the id when
 * it ends. The job id changes from run to run, since a kept job swallows every later one of the same id.
 */
export function routingOptions({
  callbackId,
  runId,
}: Pick<RoutingPayload, 'callbackId' | 'runId'>): JobsOptions & { jobId: string } {
  return {
    jobId: `${callbackId}_${runId ?? randomUUID()}`,
    deduplication: { id: callbackId },
    attempts: 3,
    backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
  }
}

/** Options of a job that goes on with a trace, where BullMQ has a place for one. */
export function carryTrace(traceParent: TraceParent | undefined): JobsOptions {
  return traceParent === undefined ? {} : { telemetry: { metadata: traceParent } }
}

/** The trace that a job carries. */
export function carriedTrace({ opts }: Pick<Job, 'opts'>): TraceParent | undefined {
  return opts.telemetry?.metadata
}
