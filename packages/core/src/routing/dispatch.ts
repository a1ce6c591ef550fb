import { agents, callQueue, waits } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { reasonOf } from '../errors.ts'
import { routingPayloadOf, type DueCallback } from '../jobs/catalogue.ts'
import { noteRoutingFailure } from './note-failure.ts'
import { routeGroup } from './route-group.ts'

const routedTogether = 200

/**
 * Puts a job for each callback into the routing queue and returns how many were added. Without Redis, and while the
 * queue is paused, the callbacks are routed here and now: that costs speed, never a callback.
 */
export async function dispatch(
  deps: Deps,
  { callbacks: due, runId }: { callbacks: DueCallback[]; runId: string | null },
): Promise<number> {
  const jobs = due.map((callback) => routingPayloadOf(callback, runId))
  try {
    return await deps.routing.add(jobs)
  } catch (error) {
    deps.log.warn(
      { reason: (error as Error).message, callbacks: jobs.length },
      'routing queue unavailable; routing directly',
    )
  }
  for (let start = 0; start < jobs.length; start += routedTogether) {
    const group = jobs.slice(start, start + routedTogether)
    const results = await routeGroup(deps, group)
    for (const [index, result] of results.entries()) {
      if (!(result instanceof Error)) continue
      const { callbackId } = group[index]!
      deps.log.error({ err: result, callbackId }, 'routing failed')
      await noteRoutingFailure(deps, { callbackId, runId, reason: reasonOf(result), cause: result })
    }
  }
  return jobs.length
}

/** Has the callbacks that were assigned to an agent who is gone routed again, without waiting for the next tick. */
export async function rerouteAssigned(deps: Deps, agentId: number): Promise<void> {
  const assigned = await callQueue.listCallbacksAssignedTo(deps.sql, agentId)
  if (assigned.length > 0) await dispatch(deps, { callbacks: assigned, runId: null })
}

/** The same for those of these agents who have logged out, or serve less, since it was decided what they get. */
export async function rerouteFromUnfit(deps: Deps, agentIds: ReadonlySet<number>): Promise<void> {
  if (agentIds.size === 0) return
  for (const agentId of await agents.listUnfit(deps.sql, [...agentIds])) await rerouteAssigned(deps, agentId)
}

/** Has the callbacks routed that wait for this agent, who is there now, without waiting for the next tick. */
export async function routeWaitingFor(deps: Deps, agentId: number): Promise<void> {
  const waiting = await waits.listForOwner(deps.sql, agentId, deps.clock.now(), routedTogether)
  const due = waiting.map(({ id, userId, scheduledFor }) => ({ callbackId: id, userId, agentId, dueAt: scheduledFor }))
  if (due.length > 0) await dispatch(deps, { callbacks: due, runId: null })
}
