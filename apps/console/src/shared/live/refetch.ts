import type { StreamEvent } from '@ringback/client'
import type { Query, QueryClient } from '@tanstack/react-query'

type EventType = StreamEvent['type']
/** A type of event, or how types begin: `callback.` for all about promises. */
export type Follows = EventType | 'callback.' | 'queue.' | 'call.' | 'tick.' | 'alert.' | 'policy.changed'

declare module '@tanstack/react-query' {
  interface Register {
    /** `live`: after which events a query is fetched anew. */
    queryMeta: { live?: readonly Follows[] }
  }
}

/** The first event shows at once; of many in a row, a query is fetched no more often than this. */
const pauseMs = 1_000

const lastFetch = new WeakMap<Query, number>()
const waiting = new WeakSet<Query>()

/** Fetches what follows this type of event. */
export function refetchWhat(queries: QueryClient, type: EventType): void {
  for (const query of queries.getQueryCache().getAll()) {
    const follows = query.meta?.live ?? []
    if (follows.some((one) => type === one || (one.endsWith('.') && type.startsWith(one)))) refetchSoon(queries, query)
  }
}

/** Fetches all that follows events: something may have been missed. */
export function refetchAll(queries: QueryClient): void {
  for (const query of queries.getQueryCache().getAll()) if (query.meta?.live) refetchSoon(queries, query)
}

function refetchSoon(queries: QueryClient, query: Query): void {
  if (waiting.has(query)) return
  waiting.add(query)
  const inMs = Math.max(0, (lastFetch.get(query) ?? 0) + pauseMs - performance.now())
  setTimeout(() => {
    waiting.delete(query)
    lastFetch.set(query, performance.now())
    void queries.invalidateQueries({ queryKey: query.queryKey, exact: true })
  }, inMs)
}
