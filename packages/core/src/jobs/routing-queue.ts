import type { RedisConnection } from '../lanes/redis.ts'
import { routingOptions, type RoutingPayload } from './catalogue.ts'
import { queueOn } from './queue.ts'

/** Where the jobs of callbacks that need work go. */
export interface RoutingQueue {
  /**
   * Adds one job per callback and returns how many were added: a callback whose job is waiting or at work already has
   * none added. Throws when Redis is away; what was added by then is unknown.
   */
  add(jobs: RoutingPayload[]): Promise<number>
  close(): Promise<void>
}

/** So few that a busy Redis answers in time: a call that times out is routed directly, and by its jobs as well. */
const jobsPerCall = 250

/** The routing queue of BullMQ, on an impatient connection that the caller closes. */
export function routingQueueOn(connection: RedisConnection, prefix: string): RoutingQueue {
  const queue = queueOn<RoutingPayload>(connection, prefix, 'routing')

  return {
    async add(jobs) {
      let added = 0
      for (let start = 0; start < jobs.length; start += jobsPerCall) {
        const chunk = jobs
          .slice(start, start + jobsPerCall)
          .map((data) => ({ name: 'route', data, opts: routingOptions(data) }))
        const created = await queue.addBulk(chunk)
        // A job that was deduplicated comes back with the id of the one that stands for it.
        added += created.filter((job, index) => job.id === chunk[index]!.opts.jobId).length
      }
      return added
    },
    close: () => queue.close(),
  }
}
