import { tickEveryMs, tickOptions, tickSchedulerId } from '@ringback/core'
import type { Queue } from 'bullmq'

const overdueAfterMs = 5_000

/**
 * Makes sure that the minute job is scheduled. The scheduler is written only when it is missing or its next tick is in
 * the past: its chain breaks silently when Redis loses the next job, and writing it anew drops a tick that is due.
 */
export async function ensureScheduled(queue: Queue): Promise<boolean> {
  const scheduler = await queue.getJobScheduler(tickSchedulerId)
  if (scheduler?.next && scheduler.next > Date.now() - overdueAfterMs) return false
  await queue.upsertJobScheduler(
    tickSchedulerId,
    { every: tickEveryMs, offset: 1 },
    { name: 'tick', data: {}, opts: tickOptions },
  )
  return true
}
