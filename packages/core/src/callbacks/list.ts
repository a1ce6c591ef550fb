import {
  callbackLists,
  callbackStatuses,
  type callbacks,
  unclaimedStatuses,
  type Callback,
  type CallbackStatus,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'

export interface CallbackPage {
  items: Callback[]
  /** Where the next page begins; null on the last one. */
  next: callbackLists.CallbackCursor | null
}

interface PageInput {
  after?: callbackLists.CallbackCursor | undefined
  limit: number
}

interface ListInput extends PageInput {
  filter: callbackLists.CallbackFilter & {
    /** Only those whose time is over and that nobody is calling. */
    overdue?: boolean | undefined
  }
  /** `scheduledFor` when left out. */
  sort?: callbackLists.CallbackSort | undefined
}

/** A page of callbacks by time. */
export async function listCallbacks(
  deps: Deps,
  { filter: { overdue, ...filter }, sort = 'scheduledFor', after, limit }: ListInput,
): Promise<CallbackPage> {
  const wanted = overdue ? overdueOnly(filter, deps.clock.now()) : filter
  const rows = await callbackLists.list(deps.sql, { ...wanted, sort, after, limit: limit + 1 })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? endOf(last, sort) : null }
}

function endOf({ id, scheduledFor, updatedAt }: Callback, sort: callbackLists.CallbackSort) {
  return sort === 'updatedAt' ? { id, updatedAt } : { id, scheduledFor }
}

function overdueOnly(filter: callbackLists.CallbackFilter, now: Date): callbackLists.CallbackFilter {
  const isUnclaimed = (status: CallbackStatus) => unclaimedStatuses.some((unclaimed) => unclaimed === status)
  const { statuses = callbackStatuses, to = now } = filter
  return { ...filter, statuses: statuses.filter(isUnclaimed), to: to < now ? to : now }
}

const shownAheadMs = 10 * 60_000
/** A page ends before a time, and times are whole milliseconds. */
const nextMoment = 1

/** A page of an agent's pending callbacks that are due within ten minutes or overdue, by time. */
export async function listPendingCallbacks(
  deps: Deps,
  { agentId, ...page }: PageInput & { agentId: number; after?: callbacks.DueCursor | undefined },
): Promise<CallbackPage & { next: callbacks.DueCursor | null }> {
  const to = addMilliseconds(deps.clock.now(), shownAheadMs + nextMoment)
  const { items, next } = await listCallbacks(deps, { filter: { statuses: ['pending'], agentId, to }, ...page })
  return { items, next: next && { id: next.id, scheduledFor: items.at(-1)!.scheduledFor } }
}
