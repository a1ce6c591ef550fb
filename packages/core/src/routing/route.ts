import {
  agents,
  callbacks,
  callQueue,
  cronRuns,
  lock,
  setLockTimeout,
  waits,
  type CronRun,
  type QueueType,
  type Statement,
} from '@ringback/db'
import { addMilliseconds, latestMoment } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { lockCustomers } from '../locks.ts'
import type { OwnerWait } from '../policies/owner-wait.ts'
import { reportPolicy } from '../policies/policy.ts'
import { silenceOf } from '../presence/watch.ts'
import { dueHorizon, type Rules } from '../rules.ts'
import { tellFinishedRun } from '../runs/runs.ts'
import type { Transaction } from '../transact.ts'
import { standingsOf, waitForOpening, type Standing } from './calling-hours.ts'
import { decide, type Decision } from './decide.ts'
import { rerouteFromUnfit } from './dispatch.ts'
import { acceptedTerms, dueTerms } from './entry-terms.ts'
import { restorePlaces } from './places.ts'
import { tallyOf } from './tally.ts'
import { tellQueued } from './tell-queued.ts'

type Facts = lock.RoutingFacts

/** What became of one callback that was routed. `left` needs nothing any more; `busy` is to be tried again at once. */
export type RouteResult =
  | { kind: 'queued'; agentId: number | null; isSubstitute: boolean }
  | { kind: 'deferred' }
  | { kind: 'left' }
  | { kind: 'failed'; reason: 'unknown-user' }
  | { kind: 'busy' }

export interface RouteInput {
  callbackIds: string[]
  /** The tick that counts the results; null when it was not a tick. */
  runId: string | null
  /** How long to wait for rows that other transactions have, in milliseconds; left out, their callbacks are `busy`. */
  waitsMs?: number
}

/**
 * Routes a group of callbacks in one transaction: each is put into a queue for the preferred agent or the best
 * substitute, or its entry is given to another agent. Returns what became of each.
 *
 * May be run any number of times, by anyone, at the same moment: what is done already is left as it is, and counted once.
 */
export async function routeCallbacks(
  deps: Deps,
  { callbackIds, runId, waitsMs }: RouteInput,
): Promise<Map<string, RouteResult>> {
  return deps.transact(async (tx) => {
    const { sql, now } = tx
    const due = { now, horizon: dueHorizon(deps.rules, now) }
    if (waitsMs !== undefined) await setLockTimeout(sql, waitsMs)
    const { defaultQueueType } = deps.rules
    const found = await lock.routingGroup(sql, { callbackIds, due, waits: waitsMs !== undefined, defaultQueueType })
    if (waitsMs !== undefined) await setLockTimeout(sql, null)
    const standings = await standingsOf(deps, sql, found, now)
    const decisions = await decideTogether(deps, tx, found, standings)
    const busy = busyOf(found, decisions)
    const settled = found.callbacks.filter(({ id }) => !busy.has(id))
    const results = await carryOut(deps, tx, settled, { decisions, standings }, runId)
    for (const id of busy) results.set(id, { kind: 'busy' })
    for (const id of callbackIds) if (!results.has(id)) results.set(id, { kind: 'left' })
    const tally = runId ? cronRuns.addTally(sql, runId, tallyOf(settled, results, runId), now) : undefined
    tx.last(tally)
    tx.afterCommit(() => follow(deps, results, runId, tally))
    return results
  })
}

/**
 * Decides who gets what. Where it matters whether an agent is idle, it looks again while no other routing decides that and
 * nobody can become available: of an agent who becomes available and a callback that finds nobody, one sees the other, and
 * of two callbacks for one idle agent the second sees the first.
 */
async function decideTogether(
  deps: Deps,
  { sql, now }: Transaction,
  group: lock.RoutingGroup,
  standings: ReadonlyMap<string, Standing>,
): Promise<Map<string, Decision>> {
  const { rules } = deps
  const silence = await silenceOf(sql, rules, now)
  const stored = await deps.policies.all(sql)
  const policyOf = (queueType: QueueType) => stored.get(queueType) ?? reportPolicy
  async function decideNow() {
    // In this order: what an agent was given when it became available is counted.
    const presences = await agents.listPresence(sql, silence)
    const assigned = await deps.countAssigned(sql)
    return { decisions: decide({ ...group, presences, assigned, standings, rules, policyOf, now }), assigned }
  }

  let decided = await decideNow()
  if ([...decided.decisions.values()].some(dependsOnWhoIsIdle)) {
    await lock.nobodyBecomesAvailable(sql)
    decided = await decideNow()
  }
  const { decisions, assigned } = decided
  const count = (agentId: number, more: number) => assigned.set(agentId, (assigned.get(agentId) ?? 0) + more)
  for (const decision of decisions.values()) {
    const holder = decision.kind !== 'keep' && 'entry' in decision ? decision.entry?.assignedToAgentId : null
    if (holder != null) count(holder, -1)
    if ('agentId' in decision && decision.agentId !== null) count(decision.agentId, 1)
  }
  return decisions
}

function dependsOnWhoIsIdle(decision: Decision): boolean {
  if (decision.kind === 'reassign') return true
  if (decision.kind === 'keep') return decision.entry.assignedToAgentId === null && !decision.entry.escalatedAt
  return 'agentId' in decision && decision.agentId === null
}

/** Those that others have; and while there are such, nobody else of the group gets an idle agent whom they may come before. */
function busyOf({ heldElsewhere }: lock.RoutingGroup, decisions: Map<string, Decision>): Set<string> {
  const busy = new Set(heldElsewhere)
  if (busy.size > 0) for (const [id, { kind }] of decisions) if (kind === 'reassign') busy.add(id)
  return busy
}

async function carryOut(
  deps: Deps,
  tx: Transaction,
  found: Facts[],
  { decisions, standings }: { decisions: Map<string, Decision>; standings: ReadonlyMap<string, Standing> },
  runId: string | null,
): Promise<Map<string, RouteResult>> {
  const { sql, now, changed, pipeline, note } = tx
  const of = <K extends Decision['kind']>(kind: K) =>
    found.flatMap((callback) => {
      const decision = decisions.get(callback.id)
      return decision?.kind === kind ? [{ callback, ...(decision as Extract<Decision, { kind: K }>) }] : []
    })
  const toQueue = of('queue')
  const toReassign = of('reassign')
  const toEscalate = of('escalate')
  const toWait = of('wait')
  const toClose = of('close')
  const untilOf = ({ id }: { id: string }) => {
    const standing = standings.get(id)
    return standing?.kind === 'open' ? standing.until : null
  }

  const replaced = await callQueue.removeAll(
    sql,
    [
      ...toQueue.map(({ replaces }) => replaces),
      ...toWait.map(({ entry }) => entry),
      ...toClose.map(({ entry }) => entry),
    ].flatMap((entry) => entry?.id ?? []),
    now,
  )
  await waits.waitForOwner(
    sql,
    toWait.map(({ callback, wait }) => ({
      id: callback.id,
      retryAt: retryOfWaitingAt(deps.rules, callback, wait, now),
      awaitedUntil: wait.awaitedUntil,
    })),
    runId,
    now,
  )
  const made = await callQueue.insertForCallbacks(
    sql,
    toQueue.map((queued) => newEntry(queued.callback, queued, untilOf(queued.callback), now)),
    now,
  )
  const entryIdOf = new Map(made.map((entry) => [entry.callbackId, entry.id]))
  const reassigned = await callQueue.assign(
    sql,
    [
      ...toReassign.map(({ entry, agentId, availableFrom, heldUntil }) => ({
        id: entry.id,
        agentId,
        availableFrom,
        heldUntil,
      })),
      ...toEscalate.map(({ entry }) => ({ id: entry.id, agentId: null, isEscalated: true })),
    ],
    now,
  )
  changed.push(...replaced, ...made, ...reassigned)
  tx.afterCommit(() => tellQueued(deps, toQueue, now))

  const placed = [...toReassign, ...toEscalate, ...of('keep')]
  // The hours may have changed since the entry was made.
  const ends = placed.map(({ callback, entry }) => ({ entry, availableUntil: untilOf(callback) }))
  const moved = ends.filter(({ entry, availableUntil }) => !isSameMoment(entry.availableUntil, availableUntil))
  const renewed = await callQueue.setAvailableUntil(
    sql,
    moved.map(({ entry, availableUntil }) => ({ id: entry.id, availableUntil })),
    now,
  )
  changed.push(...renewed)
  const recovered = placed.filter(({ callback }) => callback.routingFailures > 0)
  const isWritten = new Set([...toQueue, ...recovered].map(({ callback }) => callback.id))
  pipeline(callbacks.setQueued(sql, [...isWritten], true, now, runId))
  pipeline(callbacks.noteLookedAt(sql, lookedAt(found, decisions, isWritten, runId, now), runId))
  pipeline(waits.setOwnerAwaited(sql, ownersAwaited([...toQueue, ...toReassign])))

  note(
    ...of('fail').map(({ callback, reason }) => ({
      callbackId: callback.id,
      kind: 'routing_failed' as const,
      details: { reason },
    })),
  )
  note(
    ...toQueue.map(({ callback, agentId, why }) => ({
      callbackId: callback.id,
      kind: 'queued' as const,
      agentId,
      details: {
        queueEntryId: entryIdOf.get(callback.id),
        isSubstitute: isSubstitute(callback, agentId),
        runId,
        ...why,
      },
    })),
  )
  const fromAgent = ({ id, assignedToAgentId }: { id: string; assignedToAgentId: number | null }) => ({
    queueEntryId: id,
    fromAgentId: assignedToAgentId,
    runId,
  })
  note(
    ...toReassign.map(({ callback, entry, agentId, why }) => ({
      callbackId: callback.id,
      kind: 'rerouted' as const,
      agentId,
      details: { ...fromAgent(entry), isSubstitute: isSubstitute(callback, agentId), ...why },
    })),
    ...toEscalate.map(({ callback, entry }) => ({
      callbackId: callback.id,
      kind: 'escalated' as const,
      details: fromAgent(entry),
    })),
  )
  const beginToWait = toWait.filter(({ callback, entry }) => entry || callback.unplacedBecause !== 'owner-missing')
  note(
    ...beginToWait.map(({ callback, entry, wait }) => ({
      callbackId: callback.id,
      kind: 'waiting' as const,
      agentId: callback.preferredAgentId,
      details: { reason: 'owner-missing', to: endOf(wait), queueEntryId: entry?.id, runId },
    })),
  )
  await waitForOpening(
    deps,
    tx,
    toClose.map(({ callback, entry, closed }) => ({ callback, ...closed, queueEntryId: entry?.id })),
    runId,
  )
  // They stand in nobody's way: what else their customers wait for has the place.
  const left = new Set([...beginToWait, ...toClose].map(({ callback }) => callback.userId))
  if (left.size > 0) await restorePlaces(deps, tx, await lockCustomers(tx, [...left]))
  return new Map(found.map((callback) => [callback.id, resultOf(callback, decisions.get(callback.id)!)]))
}

/**
 * Callbacks whose row says something else than what has become of them, or which this run has not counted yet. One that is
 * deferred is put off each time.
 */
function lookedAt(
  found: Facts[],
  decisions: Map<string, Decision>,
  isWritten: Set<string>,
  runId: string | null,
  now: Date,
): callbacks.Unplaced[] {
  return found.flatMap(({ id, scheduledFor, unplacedBecause, countedInRun }): callbacks.Unplaced[] => {
    const decision = decisions.get(id)!
    if (isWritten.has(id) || decision.kind === 'wait' || decision.kind === 'close') return []
    if (decision.kind === 'defer') return [{ id, because: 'deferred', retryAt: retryOfDeferredAt(scheduledFor, now) }]
    const because = whyUnplaced(decision, unplacedBecause)
    const isToBeCounted = runId !== null && runId !== countedInRun
    return because === unplacedBecause && !isToBeCounted ? [] : [{ id, because, retryAt: null }]
  })
}

/** What waits for an opening still does when its job comes before that: planning anew finds it by this. */
function whyUnplaced(decision: Decision, before: Facts['unplacedBecause']): callbacks.Unplaced['because'] {
  if (decision.kind === 'fail') return decision.reason
  return decision.kind === 'leave' && before === 'closed' ? before : null
}

const shortestDeferralMs = 60_000
const longestDeferralMs = 30 * 60_000

/**
 * When a deferred callback is tried again, should nobody say sooner that its user's place is free, or its only agent there:
 * after as long as it has waited past its time, a minute to half an hour.
 */
function retryOfDeferredAt(scheduledFor: Date, now: Date): Date {
  const waitedMs = now.getTime() - scheduledFor.getTime()
  return addMilliseconds(now, Math.min(Math.max(waitedMs, shortestDeferralMs), longestDeferralMs))
}

function isSameMoment(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime()
}

/**
 * When one that waits for its agent is looked at again, should the agent not come before: when somebody else is to be told;
 * and one that is that agent's for good as one that is deferred.
 */
function retryOfWaitingAt(rules: Rules, { scheduledFor }: Facts, wait: OwnerWait, now: Date): Date {
  if (endOf(wait) === undefined) return retryOfDeferredAt(scheduledFor, now)
  const aheadMs = dueHorizon(rules, now).getTime() - now.getTime()
  return addMilliseconds(wait.until, -aheadMs)
}

/** When a wait ends; undefined when it never does. */
function endOf({ until }: OwnerWait): Date | undefined {
  return until < latestMoment ? until : undefined
}

/** Of callbacks that get a place: whether they wait for their preferred agent still, or have it by now. */
function ownersAwaited(
  placed: { callback: Facts; availableFrom?: Date; heldUntil?: Date; isAhead?: boolean }[],
): { id: string; until: Date | null }[] {
  return placed.flatMap(
    ({ callback: { id }, availableFrom, heldUntil, isAhead }): { id: string; until: Date | null }[] => {
      if (isAhead) return [{ id, until: availableFrom! }]
      return heldUntil ? [{ id, until: null }] : []
    },
  )
}

function newEntry(
  callback: Facts,
  { agentId, availableFrom, heldUntil }: Extract<Decision, { kind: 'queue' }>,
  availableUntil: Date | null,
  now: Date,
): callQueue.NewCallbackEntry {
  const terms = callback.status === 'accepted' ? acceptedTerms(callback, now) : dueTerms(callback)
  return {
    callbackId: callback.id,
    userId: callback.userId,
    queueType: callback.queueType,
    assignedToAgentId: agentId,
    availableUntil,
    ...terms,
    availableFrom: availableFrom ?? terms.availableFrom,
    heldUntil: heldUntil ?? null,
  }
}

function resultOf(callback: Facts, decision: Decision): RouteResult {
  switch (decision.kind) {
    case 'leave':
      return { kind: 'left' }
    case 'defer':
    case 'wait':
    case 'close':
      return { kind: 'deferred' }
    case 'fail':
      return { kind: 'failed', reason: decision.reason }
    case 'keep':
      return { kind: 'queued', agentId: decision.entry.assignedToAgentId, isSubstitute: false }
    case 'escalate':
      return { kind: 'queued', agentId: null, isSubstitute: false }
    case 'queue':
    case 'reassign':
      return { kind: 'queued', agentId: decision.agentId, isSubstitute: isSubstitute(callback, decision.agentId) }
  }
}

/** Given to an agent who is not the preferred one, also when none was preferred. */
function isSubstitute(callback: Facts, agentId: number | null): boolean {
  return agentId !== null && agentId !== callback.preferredAgentId
}

/** Says what happened; and an agent who logged out, or serves less, while it was given callbacks did not see them then. */
async function follow(
  deps: Deps,
  results: Map<string, RouteResult>,
  runId: string | null,
  tally: Statement<CronRun[]> | undefined,
): Promise<void> {
  const queued = [...results].flatMap(([id, result]) => (result.kind === 'queued' ? [{ id, ...result }] : []))
  const unassigned = queued.filter(({ agentId }) => agentId === null)
  if (unassigned.length > 0) {
    deps.log.warn({ runId, callbackIds: unassigned.map(({ id }) => id) }, 'no agent available for callbacks')
  }
  tellFinishedRun(deps, (await tally)?.[0])
  await rerouteFromUnfit(deps, new Set(queued.flatMap(({ agentId }) => agentId ?? [])))
}
