import { callbacks, callQueue, userCallScores, type Callback, type QueueEntry } from '@ringback/db'
import type { Deps } from '../deps.ts'
import type { LockedCustomer } from '../locks.ts'
import { inOrder, type Transaction } from '../transact.ts'
import { hoursOfQueues, later, opensAt, waitForOpening, windowAt, windowFor } from './calling-hours.ts'
import { acceptedTerms, queueTypeOf } from './entry-terms.ts'

/**
 * The user's live entry leaves its queue, unless it is claimed. Another callback than `by`, in whose favour it leaves, is
 * told so in its history, and is found again by a tick or when the place is free.
 */
export async function leavePlace(
  { sql, now, changed, pipeline, note }: Transaction,
  { live }: LockedCustomer,
  why: { by?: string | undefined; details?: Record<string, unknown> } = {},
): Promise<QueueEntry[]> {
  if (!live) return []
  const removed = await callQueue.remove(sql, live.id, now)
  changed.push(...removed)
  const { callbackId } = live
  if (removed.length > 0 && callbackId !== null && callbackId !== why.by) {
    pipeline(callbacks.setQueued(sql, [callbackId], false, now))
    note({ callbackId, kind: 'removed', details: why.details ?? {} })
  }
  return removed
}

/**
 * A user's place is free: a promise that an agent had accepted and that had to leave for another one comes back, else the
 * ordinary place that integrations want for the user. One whose customer may not be called now waits for the next opening.
 * The next promise that waits for the place is found by the next tick.
 */
export async function restorePlace(deps: Deps, tx: Transaction, customer: LockedCustomer): Promise<void> {
  await restorePlaces(deps, tx, [customer])
}

/** The same for several users. */
export async function restorePlaces(deps: Deps, tx: Transaction, customers: LockedCustomer[]): Promise<void> {
  if (customers.length === 0) return
  const taken = await restoreWhatLeft(deps, tx, customers)
  const free = customers.filter(({ userId }) => !taken.has(userId))
  tx.pipeline(
    callbacks.wakeDeferred(
      tx.sql,
      free.map(({ userId }) => userId),
    ),
  )
}

/** Returns the users of whom a promise has the place now. */
async function restoreWhatLeft(deps: Deps, tx: Transaction, customers: LockedCustomer[]): Promise<Set<string>> {
  const { sql, now, changed } = tx
  const byId = new Map(customers.flatMap((customer) => (customer.user ? [[customer.userId, customer]] : [])))
  const [displaced, restored] = await inOrder(
    callbacks.listDisplaced(sql, [...byId.keys()]),
    userCallScores.restoreEntries(sql, [...byId.keys()], now),
  )
  changed.push(...restored)
  const taken = new Set<string>()
  for (const callback of displaced) {
    if (await putBack(deps, tx, byId.get(callback.userId)!, callback)) taken.add(callback.userId)
  }
  return taken
}

/** Puts an accepted callback back into its queue, unless its customer has a place or may not be called. */
async function putBack(deps: Deps, tx: Transaction, customer: LockedCustomer, displaced: Callback): Promise<boolean> {
  const { sql, now, changed, note } = tx
  const { userId, user } = customer
  if (await callQueue.getLiveOfUser(sql, userId)) return false
  const { id: callbackId, preferredAgentId: agentId } = displaced
  const queueType = await queueTypeOf(sql, deps.rules, displaced)
  const window = await windowFor(deps, sql, { ...displaced, queueType }, user, now)
  if (!window || window.from > now) {
    const due = later(displaced.scheduledFor, now)
    const next = await windowFor(deps, sql, { ...displaced, queueType }, user, due)
    await waitForOpening(deps, tx, [{ callback: displaced, queueType, opensAt: opensAt(next, due) }])
    return (await restoreWhatLeft(deps, tx, [customer])).has(userId)
  }
  const [entry] = await inOrder(
    callQueue.insertForCallback(
      sql,
      {
        callbackId,
        userId,
        queueType,
        assignedToAgentId: agentId,
        availableUntil: window.until,
        ...acceptedTerms(displaced, now),
      },
      now,
    ),
    callbacks.setQueued(sql, [callbackId], true, now),
  )
  changed.push(entry)
  note({ callbackId, kind: 'queued', agentId, details: { queueEntryId: entry.id, isSubstitute: false } })
  return true
}

/**
 * The live entry of a locked customer is put on hold, or can be had again, as the customer stands now: nobody is handed a
 * customer who is in an inbound call, nor one in its ordinary place before a promise that holds it. The row says so, not
 * the call alone: a claim that meets it locks and looks at that row, and the lanes keep it among the later ones, where it
 * costs a claim nothing.
 */
export async function renewHold({ sql, now, changed }: Transaction, userId: string): Promise<void> {
  changed.push(...(await callQueue.renewHold(sql, userId, now)))
}

/**
 * The live entry of a locked customer ends with the window that holds now: the customer may be elsewhere, or the hours may have
 * changed while it was claimed. One that is closed by now can be had no more, and leaves its queue with the next sweep. Returns
 * whether the row was changed.
 */
export async function renewWindow(
  deps: Deps,
  tx: Transaction,
  customer: Pick<LockedCustomer, 'user' | 'live'>,
): Promise<boolean> {
  return (await renewWindows(deps, tx, [customer])) > 0
}

/** The same for several customers. Returns how many rows were changed. */
export async function renewWindows(
  deps: Deps,
  { sql, now, changed }: Transaction,
  customers: Pick<LockedCustomer, 'user' | 'live'>[],
): Promise<number> {
  const queued = customers.flatMap(({ user, live }) => (live?.callbackId ? [{ user, live }] : []))
  const hoursOf = queued.length === 0 ? undefined : await hoursOfQueues(deps, sql)
  if (!hoursOf) return 0
  const rows = await callbacks.listByIds(
    sql,
    queued.map(({ live }) => live.callbackId!),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  const ends = queued.flatMap(({ user, live }) => {
    const callback = byId.get(live.callbackId!)
    if (!callback) return []
    const from = later(live.availableFrom, now)
    const window = windowAt(hoursOf({ ...callback, queueType: live.queueType }, user), from)
    return [{ id: live.id, availableUntil: window && window.from <= from ? window.until : now }]
  })
  const renewed = await callQueue.setAvailableUntil(sql, ends, now)
  changed.push(...renewed)
  return renewed.length
}
