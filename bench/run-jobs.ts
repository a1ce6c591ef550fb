import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { routingOptions, routingPayloadOf, type DueCallback } from '@ringback/core'
import type { Queue } from 'bullmq'

const jobsPerCall = 1_000
const pollMs = 20

/** Adds a routing job for each callback, as a tick does, and waits until all are done. */
export async function runJobs(queue: Queue, callbacks: DueCallback[]): Promise<void> {
  const runId = randomUUID()
  for (let start = 0; start < callbacks.length; start += jobsPerCall) {
    const chunk = callbacks.slice(start, start + jobsPerCall).map((callback) => {
      const data = routingPayloadOf(callback, runId)
      return { name: 'route', data, opts: routingOptions(data) }
    })
    await queue.addBulk(chunk)
  }
  while ((await queue.getJobCountByTypes('wait', 'active')) > 0) await delay(pollMs)
}
