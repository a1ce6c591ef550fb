import type { RedisConnection } from '../redis/connection.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { carryTrace, routingOptions, type RoutingPayload } from './catalogue.ts'
import { queueOn } from './queue.ts'

/** Where the jobs of callbacks that need work go. */
export interface RoutingQueue {
  /**
   * Adds one job per callback and returns how many were added: a callback whose job is waiting or at work already has
   * none added. Throws when Redis is away; what was added by then is unknown. Throws as well when the queue is paused:
   * nobody would work on the jobs.
   */
  add(jobs: RoutingPayload[]): Promise<number>
  close(): Promise<void>
}

/** So few that a busy Redis answers in time: a call that times out is routed directly, and by its jobs as well. */
const jobsPerCall = 125
/** While Redis is at one call the next one is made. */
const callsAtOnce = 2

/** The routing queue of BullMQ, on an impatient connection that the caller closes. Jobs carry the trace of whoever adds them. */
export function routingQueueOn(connection: RedisConnection, prefix: string, telemetry: Telemetry): RoutingQueue {
  const queue = queueOn<RoutingPayload>(connection, prefix, 'routing')

  async function addChunk(chunk: RoutingPayload[]): Promise<number> {
    const trace = carryTrace(telemetry.traceParent())
    const jobs = chunk.map((data) => ({ name: 'route', data, opts: { ...routingOptions(data), ...trace } }))
    const created = await queue.addBulk(jobs)
    // A job that was deduplicated comes back with the id of the one that stands for it.
    return created.filter((job, index) => job.id === jobs[index]!.opts.jobId).length
  }

  return {
    async add(jobs) {
      if (await queue.isPaused()) throw new Error('the queue is paused')
      const chunks = chunksOf(jobs)
      const addChunks = async () => {
        let added = 0
        for (const chunk of chunks) added += await addChunk(chunk)
        return added
      }
      const counts = await Promise.all(Array.from({ length: callsAtOnce }, addChunks))
      return counts.reduce((sum, added) => sum + added)
    },
    close: () => queue.close(),
  }
}

function* chunksOf(jobs: RoutingPayload[]): Generator<RoutingPayload[]> {
  for (let start = 0; start < jobs.length; start += jobsPerCall) yield jobs.slice(start, start + jobsPerCall)
}
