import { callQueue } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { routeGroup } from './route-group.ts'

/** As many as routing takes together. */
const pageSize = 200

/**
 * Has the entries leave their queues whose customers may not be called any more: each is routed again, so that its callback
 * waits for the next opening, and what else the customer waits for has the place. One whose hours have become longer stays.
 * Until then the claim refuses them. Any number of processes may do so; returns how many entries were over, and how many of
 * them are to be tried again.
 */
export async function takeOutClosed(deps: Deps): Promise<{ closed: number; left: number }> {
  const counts = { closed: 0, left: 0 }
  for (let after: callQueue.ClosedEntry | undefined; ;) {
    const page = await callQueue.listClosed(deps.sql, deps.clock.now(), after, pageSize)
    const results = await routeGroup(
      deps,
      page.map(({ callbackId }) => ({ callbackId, runId: null })),
    )
    counts.closed += page.length
    counts.left += results.filter((result) => result instanceof Error).length
    if (page.length < pageSize) return counts
    after = page.at(-1)
  }
}
