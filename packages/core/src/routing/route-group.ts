import { isDatabaseAway } from '@ringback/db'
import type { Deps } from '../deps.ts'
import type { RoutingPayload } from '../jobs/catalogue.ts'
import { routeCallbacks, type RouteResult } from './route.ts'

/**
 * Routes jobs that run at the same time together, and returns what became of each, in order. A callback whose routing
 * throws fails alone: a group that fails is split in two until the culprit stands by itself, and gets its Error. Throws
 * when Postgres is away: then there is no culprit.
 */
export async function routeGroup(deps: Deps, jobs: RoutingPayload[]): Promise<(RouteResult | Error)[]> {
  const results = new Map<RoutingPayload, RouteResult | Error>()
  for (const [runId, ofRun] of Map.groupBy(jobs, (job) => job.runId)) await routeSplitting(runId, ofRun)
  return jobs.map((job) => results.get(job)!)

  async function routeSplitting(runId: string | null, group: RoutingPayload[]): Promise<void> {
    try {
      const routed = await routeCallbacks(deps, { callbackIds: group.map((job) => job.callbackId), runId })
      for (const job of group) results.set(job, routed.get(job.callbackId)!)
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      if (group.length === 1) {
        results.set(group[0]!, error instanceof Error ? error : new Error(String(error)))
        return
      }
      const middle = Math.ceil(group.length / 2)
      await routeSplitting(runId, group.slice(0, middle))
      await routeSplitting(runId, group.slice(middle))
    }
  }
}
