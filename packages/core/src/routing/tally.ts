import type { cronRuns, lock } from '@ringback/db'
import type { RouteResult } from './route.ts'

export const emptyTally: cronRuns.RoutingTally = {
  settled: 0,
  processed: 0,
  notified: 0,
  routed: 0,
  unassigned: 0,
  deferred: 0,
  errors: 0,
}

/**
 * What a run counts of a group that was routed. A callback counts once in a run, however often its job is done; and one
 * that finds no place tick after tick for the same reason counts in the first of them.
 */
export function tallyOf(
  found: lock.RoutingFacts[],
  results: ReadonlyMap<string, RouteResult>,
  runId: string,
): cronRuns.RoutingTally {
  const factsOf = new Map(found.map((callback) => [callback.id, callback]))
  const tally = { ...emptyTally }
  for (const [id, result] of results) {
    const facts = factsOf.get(id)
    if (result.kind === 'busy' || facts?.countedInRun === runId) continue
    tally.settled++
    if (result.kind === 'deferred' && isPutOff(facts)) continue
    if (result.kind === 'failed' && facts?.unplacedBecause === result.reason) continue
    tally.processed++
    if (result.kind === 'deferred') tally.deferred++
    if (result.kind === 'failed') tally.errors++
    if (result.kind === 'queued') {
      tally.notified++
      if (result.isSubstitute) tally.routed++
      if (result.agentId === null) tally.unassigned++
    }
  }
  return tally
}

/** Its place was taken before, or the only agent who may call was not there. */
function isPutOff(facts: lock.RoutingFacts | undefined): boolean {
  return facts?.unplacedBecause === 'deferred' || facts?.unplacedBecause === 'owner-missing'
}
