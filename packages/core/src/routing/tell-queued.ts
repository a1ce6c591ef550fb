import type { lock } from '@ringback/db'
import type { Deps } from '../deps.ts'

/**
 * Tells how long promises that were put into a queue have waited for it, since they could have been: since their lead time,
 * or since they were last changed, if that was later. A failed attempt changes a promise as well, and excuses nothing.
 */
export function tellQueued(
  { telemetry, rules }: Pick<Deps, 'telemetry' | 'rules'>,
  queued: { callback: lock.RoutingFacts }[],
  now: Date,
): void {
  for (const { callback } of queued) {
    const { scheduledFor, updatedAt, routingFailures, unplacedBecause } = callback
    const leadAt = scheduledFor.getTime() - rules.leadMs
    const since = routingFailures > 0 ? leadAt : Math.max(leadAt, updatedAt.getTime())
    const labels = { held_by: unplacedBecause ?? 'nothing' }
    telemetry.observe('ringback_queued_wait_seconds', labels, Math.max(0, now.getTime() - since) / 1_000)
  }
}
