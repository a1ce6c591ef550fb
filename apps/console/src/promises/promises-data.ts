import { isRingbackError, type Callback, type CallbackWithStory, type ShownPromise, type User } from '@ringback/client'
import { queryOptions } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'
import { momentOf } from '../shared/time/zoned.ts'
import type { PromiseSearch } from './promise-search.ts'

/** A promise as a search finds it: with whom to call, and its place in a queue. */
export type FoundPromise = Callback & Omit<ShownPromise, 'callback'>

export interface FoundPage {
  items: readonly FoundPromise[]
  nextCursor: string | null
}

const pageSize = 50
const customersShown = 8
const namesKeptMs = 60_000
const dayMs = 24 * 60 * 60_000
const open = ['pending', 'accepted', 'in_progress'] as const
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
/** What a piece of a reason must hold to be looked for. */
const threeInARow = /[\p{L}\p{N}]{3}/u
const phone = /^\+?[\d\s()/.-]{5,}$/

export function isSearchable(q: string): boolean {
  return threeInARow.test(q)
}

/**
 * A page of what is searched for: those that are known by the text as an id, here or elsewhere, and those that are about it.
 *
 * @param zone in which the days of the search are
 */
export function promisesQuery(search: PromiseSearch, zone: string) {
  return queryOptions({
    queryKey: ['promises', search, zone],
    meta: { live: ['callback.'] },
    staleTime: 0,
    queryFn: async ({ signal }): Promise<FoundPage> => {
      const { q, cursor } = search
      if (q === undefined) return listPromises(asked(search, zone), signal)
      const [known, about] = await Promise.all([
        cursor === undefined ? listKnownBy(q, signal) : [],
        isSearchable(q) ? listPromises(asked(search, zone), signal) : { items: [], nextCursor: null },
      ])
      const rest = about.items.filter(({ id }) => known.every((one) => one.id !== id))
      return { items: [...known, ...rest], nextCursor: about.nextCursor }
    },
  })
}

type Asked = NonNullable<Parameters<typeof ringback.callbacks.list>[0]>

function asked({ status, from, to, order, ...search }: PromiseSearch, zone: string): Asked {
  return {
    ...search,
    ...(status !== 'all' && { status: status === undefined ? [...open] : [status] }),
    ...(from !== undefined && { from: midnight(from, zone) }),
    ...(to !== undefined && { to: midnight(dayAfter(to), zone) }),
    ...(order !== undefined && { order: 'desc', sort: order === 'changed' ? 'updatedAt' : 'scheduledFor' }),
    limit: pageSize,
  }
}

const midnight = (day: string, zone: string) => momentOf(`${day}T00:00`, zone).toISOString()
const dayAfter = (day: string) => new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10)

async function listPromises(query: Asked, signal: AbortSignal): Promise<FoundPage> {
  const page = await ringback.callbacks.list({ ...query, with: ['user', 'queueEntry'] }, { signal }).first()
  const items = page.items.map((listed) => ({ user: null, queueEntry: null, ...listed }))
  return { items, nextCursor: page.nextCursor }
}

/** The promise with this id, and the one that another system knows by it; however it stands. */
async function listKnownBy(id: string, signal: AbortSignal): Promise<readonly FoundPromise[]> {
  const [own, others] = await Promise.all([
    uuid.test(id) ? getPromise(id, signal) : [],
    /\s/.test(id) ? [] : listPromises({ externalId: id }, signal).then(({ items }) => items),
  ])
  return [...own, ...others]
}

async function getPromise(id: string, signal: AbortSignal): Promise<FoundPromise[]> {
  try {
    return [await ringback.callbacks.get(id, { limit: 1 }, { signal })]
  } catch (error) {
    if (isRingbackError(error, 'callback-not-found')) return []
    throw error
  }
}

async function listUsers(query: Parameters<typeof ringback.users.list>[0], signal: AbortSignal): Promise<User[]> {
  return (await ringback.users.list(query, { signal }).first()).items
}

/** The customers whose name, number or id, here or in another system, is searched for. */
export function customersQuery(q: string) {
  return queryOptions({
    queryKey: ['customers', q],
    queryFn: async ({ signal }): Promise<User[]> => {
      const limit = customersShown
      const found = await Promise.all([
        phone.test(q) ? listByPhone(q, signal) : [],
        /^\d{1,18}$/.test(q) ? listUsers({ userIds: [q], limit }, signal) : [],
        /\s/.test(q) ? [] : listUsers({ externalId: q, limit }, signal),
        q.length < 2 || phone.test(q) ? [] : listUsers({ name: q, limit }, signal),
      ])
      return [...new Map(found.flat().map((user) => [user.userId, user])).values()].slice(0, limit)
    },
  })
}

/** Nobody has what is no number. */
async function listByPhone(text: string, signal: AbortSignal): Promise<User[]> {
  try {
    return await listUsers({ phone: text, limit: customersShown }, signal)
  } catch (error) {
    if (isRingbackError(error, 'invalid-request')) return []
    throw error
  }
}

export function customerQuery(userId: string) {
  return queryOptions({
    queryKey: ['customer', userId],
    staleTime: namesKeptMs,
    queryFn: async ({ signal }) => (await listUsers({ userIds: [userId] }, signal))[0] ?? null,
  })
}

const eventsAtOnce = 200

/** A promise with all that happened to it, from its beginning. */
export function promiseQuery(callbackId: string) {
  return queryOptions({
    queryKey: ['promise-page', callbackId],
    meta: { live: ['callback.', 'call.'], callbackId },
    staleTime: 0,
    queryFn: async ({ signal }): Promise<CallbackWithStory> => {
      const newest = await ringback.callbacks.get(callbackId, { limit: eventsAtOnce }, { signal })
      const pages = [newest.history]
      for (let cursor = newest.nextCursor; cursor !== null;) {
        const before = await ringback.callbacks.get(callbackId, { limit: eventsAtOnce, cursor }, { signal })
        pages.unshift(before.history)
        cursor = before.nextCursor
      }
      return { ...newest, history: pages.flat(), nextCursor: null }
    },
  })
}

/** Whether it can still be changed. */
export function isOpen({ status }: Pick<Callback, 'status'>): boolean {
  return status === 'pending' || status === 'accepted'
}

/** Whose it is: of whom it is claimed, for whom it waits, or who should call; null for whoever comes first. */
export function ownerOf({
  queueEntry,
  preferredAgentId,
}: Pick<FoundPromise, 'queueEntry' | 'preferredAgentId'>): number | null {
  return queueEntry?.claimedByAgentId ?? queueEntry?.assignedToAgentId ?? preferredAgentId
}
