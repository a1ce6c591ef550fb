import type { StreamEvent } from '@ringback/client'
import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { noteServerAhead } from '../time/server-clock.ts'
import { openFeed, type LiveState, type Said, type Told } from './feed.ts'
import { refetchAll, refetchWhat } from './refetch.ts'

const saysThatItIsHereEveryMs = 50_000
const asksWhileNotLiveEveryMs = 15_000

let state: LiveState = 'connecting'
const onState = new Set<() => void>()
const onEvent = new Set<(event: StreamEvent) => void>()
let say: ((said: Said) => void) | undefined

/** How the stream of events stands. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      onState.add(listener)
      return () => onState.delete(listener)
    },
    () => state,
  )
}

export function liveState(): LiveState {
  return state
}

/** Calls `listener` with each event. Queries that say in `meta.live` what they follow are fetched anew without it. */
export function useEvents(listener: (event: StreamEvent) => void): void {
  useEffect(() => {
    onEvent.add(listener)
    return () => void onEvent.delete(listener)
  }, [listener])
}

/** Has what is shown follow the events that `subject` may see. */
export function follow(queries: QueryClient, subject: string): void {
  say ??= connect((told) => hear(queries, told))
  say({ kind: 'follow', subject })
}

/** Tells the API from now on that this agent's desk is open; with null no more. */
export function beatFor(agentId: number | null): void {
  say?.({ kind: 'beat', agentId })
}

function hear(queries: QueryClient, told: Told): void {
  if (told.kind === 'state') {
    const wasLive = state === 'live'
    state = told.state
    for (const listener of onState) listener()
    if (state === 'live' && !wasLive) refetchAll(queries)
    if (state === 'refused') void queries.invalidateQueries({ queryKey: ['session'] })
    return
  }
  if (told.kind === 'time') return noteServerAhead(told.aheadMs)
  const { event } = told
  if (event.type === 'reset') refetchAll(queries)
  else refetchWhat(queries, event)
  for (const listener of onEvent) listener(event)
}

/** Reaches the worker that all pages of this browser share; where there is none, the page does the same for itself. */
function connect(onTold: (told: Told) => void): (said: Said) => void {
  const send = 'SharedWorker' in globalThis ? connectToWorker(onTold) : connectHere(onTold)
  setInterval(() => send({ kind: 'here' }), saysThatItIsHereEveryMs)
  addEventListener('online', () => send({ kind: 'hurry' }))
  addEventListener('pagehide', () => send({ kind: 'leave' }))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') send({ kind: 'hurry' })
  })
  return send
}

function connectToWorker(onTold: (told: Told) => void): (said: Said) => void {
  const worker = new SharedWorker(new URL('worker.ts', import.meta.url), { type: 'module', name: 'ringback-live' })
  worker.port.addEventListener('message', ({ data }: MessageEvent<Told>) => onTold(data))
  worker.port.start()
  return (said) => worker.port.postMessage(said)
}

function connectHere(onTold: (told: Told) => void): (said: Said) => void {
  const feed = openFeed(onTold)
  return (said) => {
    if (said.kind === 'follow') feed.follow(said.subject)
    if (said.kind === 'beat') feed.beat(said.agentId)
    if (said.kind === 'hurry') feed.hurry()
  }
}

/** While nothing is told, it is asked. */
export function askWhileNotLive(queries: QueryClient): () => void {
  const timer = setInterval(() => {
    if (state !== 'live') refetchAll(queries)
  }, asksWhileNotLiveEveryMs)
  return () => clearInterval(timer)
}
