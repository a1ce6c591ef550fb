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
import { withBeside, type Beside, type WithBeside } from './with-beside.ts'

export interface CallbackPage {
  items: WithBeside[]
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
  /** `asc` when left out. */
  order?: callbackLists.CallbackOrder | undefined
  /** What is to stand beside each callback. */
  beside?: readonly Beside[] | undefined
  /** The agent who asks. */
  askedBy?: number | undefined
}

/** A page of callbacks by time. */
export async function listCallbacks(
  deps: Deps,
  {
    filter: { overdue, ...filter },
    sort = 'scheduledFor',
    order = 'asc',
    beside = [],
    askedBy,
    after,
    limit,
  }: ListInput,
): Promise<CallbackPage> {
  const wanted = overdue ? overdueOnly(filter, deps.clock.now()) : filter
  const rows = await callbackLists.list(deps.sql, { ...wanted, sort, order, after, limit: limit + 1 })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const shown = await withBeside(deps, items, beside, askedBy)
  return { items: shown, next: rows.length > limit && last ? endOf(last, sort) : null }
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
