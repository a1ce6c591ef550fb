import type { Deps } from '../deps.ts'
import { noteRoutingFailure, reasonOf } from './note-failure.ts'
import { routeGroup } from './route-group.ts'

const routedTogether = 200

/**
 * Puts a job for each callback into the routing queue and returns how many were added. Without Redis the callbacks are
 * routed here and now: an outage costs speed, never a callback.
 */
export async function dispatch(
  deps: Deps,
  { callbackIds, runId }: { callbackIds: string[]; runId: string | null },
): Promise<number> {
  const jobs = callbackIds.map((callbackId) => ({ callbackId, runId }))
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
