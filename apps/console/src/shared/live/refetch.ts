import type { StreamEvent } from '@ringback/client'
import type { Query, QueryClient } from '@tanstack/react-query'

type EventType = StreamEvent['type']
/** A type of event, or how types begin: `callback.` for all about promises. */
export type Follows = EventType | 'callback.' | 'queue.' | 'call.' | 'tick.' | 'alert.' | 'policy.changed'

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: {
      /** After which events a query is fetched anew. */
      live?: readonly Follows[]
      /** The one promise that it is about: events of others change nothing. */
      callbackId?: string
      /** Of many events in a row, it is fetched no more often than this; once in a second when left out. */
      pauseMs?: number
    }
  }
}

const usualPauseMs = 1_000

const lastFetch = new WeakMap<Query, number>()
const waiting = new WeakSet<Query>()

/** Fetches what follows this event. */
export function refetchWhat(queries: QueryClient, { type, data }: StreamEvent): void {
  const about = 'callbackId' in data ? data.callbackId : undefined
  for (const query of queries.getQueryCache().getAll()) {
    const { live = [], callbackId } = query.meta ?? {}
    if (callbackId !== undefined && about !== callbackId) continue
    if (live.some((one) => type === one || (one.endsWith('.') && type.startsWith(one)))) refetchSoon(queries, query)
  }
}

/** Fetches all that follows events: something may have been missed. */
export function refetchAll(queries: QueryClient): void {
  for (const query of queries.getQueryCache().getAll()) if (query.meta?.live) refetchSoon(queries, query)
}

/** The first event shows at once, and of many in a row the last one, too. */
function refetchSoon(queries: QueryClient, query: Query): void {
  if (waiting.has(query)) return
  waiting.add(query)
  const { pauseMs = usualPauseMs } = query.meta ?? {}
  const inMs = Math.max(0, (lastFetch.get(query) ?? 0) + pauseMs - performance.now())
  setTimeout(() => void refetch(queries, query), inMs)
}

async function refetch(queries: QueryClient, query: Query): Promise<void> {
  // What is being fetched may be of before the event. To end it for a new one would leave who is far away with nothing.
  if (query.state.fetchStatus === 'fetching') await query.promise?.catch(() => {})
  waiting.delete(query)
  lastFetch.set(query, performance.now())
  await queries.invalidateQueries({ queryKey: query.queryKey, exact: true })
}
