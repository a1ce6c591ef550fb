import { createHash } from 'node:crypto'
import {
  calendars,
  callQueue,
  lock,
  policies,
  queues,
  waits,
  type Calendar,
  type QueueType,
  type StoredPolicy,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import { calendarsOf } from '../policies/policy.ts'
import {
  hoursOfQueues,
  opensAt,
  waitForOpening,
  windowAt,
  type Closed,
  type HoursOf,
} from '../routing/calling-hours.ts'
import { routeGroup } from '../routing/route-group.ts'
import { dueHorizon } from '../rules.ts'
import type { Transaction } from '../transact.ts'

const waitingAtOnce = 1_000
/** As many as routing takes together. */
const routedAtOnce = 200

/** Until then some processes still go by the hours of before: policies and calendars are known five seconds late. */
const knownEverywhereMs = 10_000

export interface Planned {
  /** Queues whose hours are others than those by which they were last planned. */
  queues: number
  /** Entries that were looked at: each ends with its window, or leaves its queue. */
  entries: number
  /** Callbacks that wait for another opening than before. */
  moved: number
}

/**
 * Plans the open callbacks of those queues anew whose policy, or one of whose calendars, says other hours than those by which
 * they were last planned, which the row of the queue tells: what waits for an opening goes to the first allowed moment at or
 * after what was promised, by one of all processes at a time, and what is in a queue is routed again, by any. It goes page by
 * page, and what is not done to the end is begun again by the next pass. Meanwhile routing and the claim decide.
 */
export async function planAnew(deps: Deps): Promise<Planned> {
  const planned: Planned = { queues: 0, entries: 0, moved: 0 }
  const [rows, stored, known] = await Promise.all([
    queues.listPlans(deps.sql),
    policies.listCurrent(deps.sql),
    calendars.list(deps.sql),
  ])
  const policyOfQueue = new Map(stored.map((policy) => [policy.queueType, policy]))
  const now = deps.clock.now()
  for (const { queueType, plannedBy } of rows) {
    const { fingerprint, changedAt } = hoursIn(policyOfQueue.get(queueType), known)
    // One from the future is of a clock that has gone back: waiting for it would be waiting for ever.
    const sinceChangeMs = Math.abs(now.getTime() - changedAt)
    if (fingerprint === plannedBy || sinceChangeMs < knownEverywhereMs) continue
    if (!(await planQueue(deps, queueType, planned))) continue
    await queues.setPlannedBy(deps.sql, queueType, fingerprint)
    planned.queues += 1
    deps.log.info({ queueType, ...planned }, 'queue planned by its new hours')
  }
  return planned
}

/** What tells the hours of a queue from others, null when it has none, and when they were last written. */
function hoursIn(
  policy: StoredPolicy | undefined,
  known: Calendar[],
): { fingerprint: string | null; changedAt: number } {
  const { openingHours = null, quietHours = null } = policy?.document ?? {}
  const names = calendarsOf({ openingHours, quietHours } as Parameters<typeof calendarsOf>[0])
  const named = known.filter(({ id }) => names.includes(id))
  const times = [policy?.writtenAt, ...named.map(({ updatedAt }) => updatedAt)].map((time) => time?.getTime() ?? 0)
  const hours = named.map(({ id, timeZone, document, holidayDates }) => [id, timeZone, document, holidayDates])
  const said = JSON.stringify([openingHours, quietHours, hours])
  const fingerprint = names.length === 0 ? null : createHash('sha256').update(said).digest('base64url')
  return { fingerprint, changedAt: Math.max(...times) }
}

/** False when somebody else is at it, or when not everything could be planned. */
async function planQueue(deps: Deps, queueType: QueueType, planned: Planned): Promise<boolean> {
  let isWhole = true
  for (let afterId: string | undefined; ;) {
    const page = await deps.transact((tx) => planWaiting(deps, tx, queueType, afterId))
    if (!page) return false
    planned.moved += page.moved
    isWhole &&= page.isWhole
    if (page.ids.length < waitingAtOnce) break
    afterId = page.ids.at(-1)
  }
  for (const status of ['pending', 'assigned'] as const) {
    for (let after: callQueue.CallbackPlace | undefined; ;) {
      const page = await routePage(deps, { queueType, status }, after)
      planned.entries += page.places.length
      isWhole &&= page.isWhole
      if (page.places.length < routedAtOnce) break
      after = page.places.at(-1)
    }
  }
  return isWhole
}

/** A page of callbacks that wait for an opening. */
async function planWaiting(
  deps: Deps,
  tx: Transaction,
  queueType: QueueType,
  afterId: string | undefined,
): Promise<{ ids: string[]; moved: number; isWhole: boolean } | undefined> {
  const { sql, now } = tx
  if (!(await queues.tryLockPlans(sql))) return undefined
  const { defaultQueueType } = deps.rules
  const of = { queueType, defaultQueueType }
  const ids = await waits.listForOpening(sql, of, afterId, waitingAtOnce)
  if (ids.length === 0) return { ids, moved: 0, isWhole: true }
  const due = { now, horizon: dueHorizon(deps.rules, now) }
  const found = await lock.routingGroup(sql, { callbackIds: ids, due, waits: false, defaultQueueType })
  const hoursOf = await hoursOfQueues(deps, sql)
  const moved = found.callbacks.flatMap((callback): Closed[] => {
    const at = firstAllowed(callback, hoursOf, now)
    const isWaiting = callback.unplacedBecause === 'closed' && callback.status === 'pending'
    if (!isWaiting || at.getTime() === callback.scheduledFor.getTime()) return []
    return [{ callback, queueType: callback.queueType, opensAt: at }]
  })
  await waitForOpening(deps, tx, moved)
  return { ids, moved: moved.length, isWhole: found.heldElsewhere.length === 0 }
}

/**
 * The first moment at or after what was promised at which the customer may be called. One that is over is due at once, where
 * the promise stands in order, unless it is closed by now.
 */
function firstAllowed(callback: lock.RoutingFacts, hoursOf: HoursOf | undefined, now: Date): Date {
  const hours = hoursOf?.(callback, callback.whereabouts)
  const promised = callback.promisedFor ?? callback.scheduledFor
  const first = opensAt(windowAt(hours, promised), promised)
  if (first >= now) return first
  const next = opensAt(windowAt(hours, now), now)
  return next > now ? next : first
}

/** A page of entries, routed as by anybody else: two processes that are at it at once do no harm. */
async function routePage(
  deps: Deps,
  of: Parameters<typeof callQueue.listCallbacksIn>[1],
  after: callQueue.CallbackPlace | undefined,
): Promise<{ places: callQueue.CallbackPlace[]; isWhole: boolean }> {
  const places = await callQueue.listCallbacksIn(deps.sql, of, after, routedAtOnce)
  const results = await routeGroup(
    deps,
    places.map(({ callbackId }) => ({ callbackId, runId: null })),
  )
  return { places, isWhole: !results.some((result) => result instanceof Error) }
}
