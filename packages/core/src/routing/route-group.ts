import { isDatabaseAway } from '@ringback/db'
import { actingAs, routingActor } from '../actor.ts'
import type { Deps } from '../deps.ts'
import type { RoutingPayload } from '../jobs/catalogue.ts'
import { backgroundWaitsMs } from '../locks.ts'
import { routeCallbacks, type RouteResult } from './route.ts'

/** Another transaction has had the rows of a callback for longer than routing waits for them. */
export class RowsHeld extends Error {
  override readonly name = 'RowsHeld'

  constructor() {
    super('held by another transaction')
  }
}

/**
 * Routes jobs that run at the same time together, and returns what became of each, in order. A callback whose routing
 * throws fails alone: a group that fails is split in two until the culprit stands by itself, and gets its Error. Those
 * whose rows other transactions have are tried once more when the others are done, and fail when these are held for long.
 * Throws when Postgres is away: then there is no culprit.
 */
export async function routeGroup(deps: Deps, jobs: RoutingPayload[]): Promise<(RouteResult | Error)[]> {
  const results = new Map<RoutingPayload, RouteResult | Error>()
  for (const [runId, ofRun] of Map.groupBy(jobs, (job) => job.runId)) {
    await routeSplitting(runId, ofRun)
    await routeBusy(
      runId,
      ofRun.filter((job) => isBusy(results.get(job)!)),
    )
  }
  return jobs.map((job) => results.get(job)!)

  async function routeSplitting(runId: string | null, group: RoutingPayload[]): Promise<void> {
    try {
      await routeTogether(runId, group)
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

  async function routeBusy(runId: string | null, group: RoutingPayload[]): Promise<void> {
    if (group.length === 0) return
    try {
      await routeTogether(runId, group, backgroundWaitsMs)
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      // One of them is still held, and keeps those that have become free meanwhile no longer.
      await routeSplitting(runId, group)
    }
    for (const job of group) if (isBusy(results.get(job)!)) results.set(job, new RowsHeld())
  }

  async function routeTogether(runId: string | null, group: RoutingPayload[], waits?: number): Promise<void> {
    const callbackIds = group.map((job) => job.callbackId)
    const routed = await routeCallbacks(actingAs(deps, routingActor(runId)), {
      callbackIds,
      runId,
      ...(waits === undefined ? {} : { waitsMs: waits }),
    })
    for (const job of group) results.set(job, routed.get(job.callbackId)!)
  }
}

function isBusy(result: RouteResult | Error): boolean {
  return !(result instanceof Error) && result.kind === 'busy'
}
