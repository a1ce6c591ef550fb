import { agents, callbackNotifications, callbacks, callQueue, cronRuns } from '@ringback/db'
import type { Deps, Transaction } from '../deps.ts'
import { lostBefore } from '../presence/watch.ts'
import { logFinishedRun } from '../runs/runs.ts'
import { decide, type Decision } from './decide.ts'
import { acceptedTerms, dueTerms } from './entry-terms.ts'

type Facts = callbacks.RoutingFacts

/** What became of one callback that was routed. `left` needs nothing any more. */
export type RouteResult =
  | { kind: 'queued'; agentId: number | null; isSubstitute: boolean }
  | { kind: 'deferred' }
  | { kind: 'left' }
  | { kind: 'failed'; reason: 'unknown-user' }

export interface RouteInput {
  callbackIds: string[]
  /** The tick that counts the results; null when it was not a tick. */
  runId: string | null
}

/**
 * Routes a group of callbacks in one transaction: each is put into a queue for the preferred agent or the best
 * substitute, or its entry is given to another agent. Returns what became of each.
 *
 * May be run any number of times, by anyone, at the same moment: what is done already is left as it is, and the
 * database keeps one live entry per callback and user.
 */
export async function routeCallbacks(
  deps: Deps,
  { callbackIds, runId }: RouteInput,
): Promise<Map<string, RouteResult>> {
  const now = deps.clock.now()
  const { routed, tally } = await deps.transact(async (unit) => {
    const entries = await callQueue.lockLiveOfCallbackUsers(unit.sql, callbackIds)
    const found = await callbacks.lockForRouting(unit.sql, callbackIds)
    const presences = await agents.listPresence(unit.sql, await lostBefore(unit.sql, deps.policy, now))
    const assigned = await deps.countAssigned(unit.sql)
    const decisions = decide({ callbacks: found, entries, presences, assigned, policy: deps.policy, now })
    const results = await carryOut(unit, found, decisions, runId, now)
    for (const id of callbackIds) if (!results.has(id)) results.set(id, { kind: 'left' })
    const added = runId ? cronRuns.addTally(unit.sql, runId, tallyOf(results.values()), now) : undefined
    unit.pipeline(added)
    return { routed: results, tally: added }
  })

  const unassigned = [...routed].filter(([, result]) => result.kind === 'queued' && result.agentId === null)
  if (unassigned.length > 0) {
    deps.log.warn({ runId, callbackIds: unassigned.map(([id]) => id) }, 'no agent available for callbacks')
  }
  logFinishedRun(deps.log, (await tally)?.[0])
  return routed
}

async function carryOut(
  { sql, changed, pipeline }: Transaction,
  found: Facts[],
  decisions: Map<string, Decision>,
  runId: string | null,
  now: Date,
): Promise<Map<string, RouteResult>> {
  const of = <K extends Decision['kind']>(kind: K) =>
    found.flatMap((callback) => {
      const decision = decisions.get(callback.id)
      return decision?.kind === kind ? [{ callback, ...(decision as Extract<Decision, { kind: K }>) }] : []
    })
  const toQueue = of('queue')
  const toReassign = of('reassign')
  const toFail = of('fail')

  const replaced = await callQueue.removeAll(
    sql,
    toQueue.flatMap(({ replaces }) => replaces?.id ?? []),
    now,
  )
  const made = await callQueue.insertForCallbacks(
    sql,
    toQueue.map(({ callback, agentId }) => newEntry(callback, agentId, now)),
    now,
  )
  const entryIdOf = new Map(made.map((entry) => [entry.callbackId, entry.id]))
  const reassigned = await callQueue.assign(
    sql,
    toReassign.map(({ entry, agentId }) => ({ id: entry.id, agentId })),
    now,
  )
  const recovered = [...toReassign, ...of('keep')].filter(({ callback }) => callback.routingFailures > 0)
  const queuedIds = [...toQueue, ...recovered].map(({ callback }) => callback.id)
  pipeline(callbacks.setQueued(sql, queuedIds, true, now))
  pipeline(
    callbackNotifications.addRoutingFailures(
      sql,
      toFail.map(({ callback, reason }) => ({ callbackId: callback.id, reason })),
      now,
    ),
  )
  pipeline(
    callbackNotifications.add(
      sql,
      [
        ...toQueue.map(({ callback, agentId }) => ({
          callbackId: callback.id,
          kind: 'queued' as const,
          agentId,
          details: { queueEntryId: entryIdOf.get(callback.id), isSubstitute: isSubstitute(callback, agentId), runId },
        })),
        ...toReassign.map(({ callback, entry, agentId }) => ({
          callbackId: callback.id,
          kind: 'rerouted' as const,
          agentId,
          details: { queueEntryId: entry.id, fromAgentId: entry.assignedToAgentId, runId },
        })),
      ],
      now,
    ),
  )
  changed.push(...replaced, ...made, ...reassigned)

  return new Map(found.map((callback) => [callback.id, resultOf(callback, decisions.get(callback.id)!)]))
}

function newEntry(callback: Facts, agentId: number | null, now: Date): callQueue.NewCallbackEntry {
  const terms = callback.status === 'accepted' ? acceptedTerms(callback, now) : dueTerms(callback)
  return {
    callbackId: callback.id,
    userId: callback.userId,
    queueType: callback.queueType,
    assignedToAgentId: agentId,
    ...terms,
  }
}

function resultOf(callback: Facts, decision: Decision): RouteResult {
  switch (decision.kind) {
    case 'leave':
      return { kind: 'left' }
    case 'defer':
      return { kind: 'deferred' }
    case 'fail':
      return { kind: 'failed', reason: decision.reason }
    case 'keep':
      return { kind: 'queued', agentId: decision.entry.assignedToAgentId, isSubstitute: false }
    case 'queue':
    case 'reassign':
      return { kind: 'queued', agentId: decision.agentId, isSubstitute: isSubstitute(callback, decision.agentId) }
  }
}

/** Given to an agent who is not the preferred one, also when none was preferred. */
function isSubstitute(callback: Facts, agentId: number | null): boolean {
  return agentId !== null && agentId !== callback.preferredAgentId
}

function tallyOf(results: Iterable<RouteResult>): cronRuns.RoutingTally {
  const tally = { processed: 0, notified: 0, routed: 0, unassigned: 0, deferred: 0, errors: 0 }
  for (const result of results) {
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
