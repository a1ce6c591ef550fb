import { callbacks, callQueue, waits } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { DueCallback } from '../jobs/catalogue.ts'
import { silenceOf } from '../presence/watch.ts'
import { dueHorizon, escalatedBefore, overdueBefore } from '../rules.ts'

const pageSize = 2_000
/** What an agent who serves less has of other queues is routed again at once, and by a tick if that was lost. */
const agentsSettleWithinMs = 60 * 60_000

export interface DuePage {
  callbacks: DueCallback[]
  /** Whether these callbacks have a queue entry, which must go to another agent. */
  areQueued: boolean
}

/**
 * Finds the callbacks that need work, page by page: due ones without a live queue entry, those whose entry has nobody
 * while an agent is available, and those whose entry must go to another agent or is open to all, by the rules or by a policy. Of a user, who has one place,
 * one callback without an entry is found, the earliest. What was put off is left out until its time to be tried again, or
 * until the agent who may call is there.
 * Each is found by an index that holds little else, so the cost follows the work and not the table.
 */
export async function* scanDue(deps: Deps, now: Date): AsyncGenerator<DuePage> {
  // One that changes while it is looked for can be found twice: it needs work once.
  const found = new Set<string>()
  for await (const { callbacks: page, areQueued } of pagesOfDue(deps, now)) {
    const isNew = page.filter(({ callbackId }) => !found.has(callbackId) && found.add(callbackId))
    if (isNew.length > 0) yield { callbacks: isNew, areQueued }
  }
}

async function* pagesOfDue(deps: Deps, now: Date): AsyncGenerator<DuePage> {
  const due = { now, horizon: dueHorizon(deps.rules, now) }
  const users = new Set<string>()
  const firstOfUsers = (page: callbacks.Unqueued[]): DuePage => {
    const first = page.filter(({ userId }) => !users.has(userId) && users.add(userId))
    return { callbacks: first.map(unqueuedCallback), areQueued: false }
  }
  const unqueued = (after?: callbacks.DueCursor) => callbacks.listUnqueued(deps.sql, due, after, pageSize)
  for await (const page of pagesOf(unqueued)) yield firstOfUsers(page)
  const putOff = (after?: callbacks.RetryCursor) => callbacks.listRetries(deps.sql, now, after, pageSize)
  for await (const page of pagesOf(putOff)) yield firstOfUsers(page)
  const silence = await silenceOf(deps.sql, deps.rules, now)
  const ownerBack = await waits.listOwnerBack(deps.sql, silence, now, pageSize)
  const [placed, unplaced] = [ownerBack.filter((one) => one.isQueued), ownerBack.filter((one) => !one.isQueued)]
  if (unplaced.length > 0) yield firstOfUsers(unplaced)
  if (placed.length > 0) yield { callbacks: placed.map(unqueuedCallback), areQueued: true }

  const escalating = [...(await deps.policies.all(deps.sql))].flatMap(([queueType, { escalateAfterMinutes }]) =>
    escalateAfterMinutes === null
      ? []
      : { queueType, since: addMilliseconds(now, -escalateAfterMinutes * 60_000), now },
  )
  const limits = {
    now,
    silence,
    overdueBefore: overdueBefore(deps.rules, now),
    escalatedBefore: escalatedBefore(deps.rules, now),
    escalatedByPolicy: escalating.map(({ queueType }) => queueType),
    writtenSince: addMilliseconds(now, -agentsSettleWithinMs),
  }
  const misplaced = (after?: { id: string }) => callQueue.listMisplaced(deps.sql, limits, after?.id ?? '0', pageSize)
  const unassigned = await callQueue.listUnassigned(deps.sql, limits.silence, now)
  if (unassigned.length > 0) yield { callbacks: unassigned, areQueued: true }
  for await (const page of pagesOf(misplaced)) yield { callbacks: page, areQueued: true }
  for (const queue of escalating) {
    const unclaimed = (after?: { dueAt: Date; id: string }) => callQueue.listUnclaimed(deps.sql, queue, after, pageSize)
    for await (const page of pagesOf(unclaimed)) yield { callbacks: page, areQueued: true }
  }
}

function unqueuedCallback({ id, userId, preferredAgentId, scheduledFor }: callbacks.Unqueued): DueCallback {
  return { callbackId: id, userId, agentId: preferredAgentId, dueAt: scheduledFor }
}

/** How many due callbacks are in a queue already. */
export async function countQueued(deps: Deps, now: Date): Promise<number> {
  return callbacks.countQueued(deps.sql, { now, horizon: dueHorizon(deps.rules, now) })
}

async function* pagesOf<Row>(read: (after?: Row) => Promise<Row[]>): AsyncGenerator<Row[]> {
  for (let last: Row | undefined; ;) {
    const rows = await (last ? read(last) : read())
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    last = rows.at(-1)
  }
}
