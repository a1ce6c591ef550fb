import { isRingbackError, Ringback, type StreamEvent, type Wait } from '@ringback/client'

/** How the stream of events stands. `refused`: it will not come back by itself, as nobody is signed in any more. */
export type LiveState = 'connecting' | 'live' | 'offline' | 'refused'

/** What a page is told; `time`: by how much the clock of Ringback is ahead of that of this machine. */
export type Told =
  | { kind: 'state'; state: LiveState }
  | { kind: 'time'; aheadMs: number }
  | { kind: 'event'; event: StreamEvent }

/** What a page says: whom to tell, that it is still there, that it leaves, and what it knows of agent and network. */
export type Said =
  | { kind: 'follow'; subject: string }
  | { kind: 'here' | 'leave' | 'hurry' }
  | { kind: 'beat'; agentId: number | null }

const beatEveryMs = 30_000

export interface Feed {
  /** Follows the events that this bearer may see; anew when it is another one than before. */
  follow(subject: string): void
  /** From now on tells, on behalf of an agent, that somebody is there; with null no more. */
  beat(agentId: number | null): void
  /** Comes back now instead of later: the network is back, or somebody looks. */
  hurry(): void
  stop(): void
  /** What somebody has to know who comes later. */
  standing(): readonly Told[]
}

/**
 * The stream of events and the heartbeat of an agent: one of each for a whole browser, however many pages are open. A timer of
 * a page in the background is slowed down, one of a worker is not.
 */
export function openFeed(tell: (told: Told) => void): Feed {
  let state: LiveState = 'connecting'
  let followed: string | undefined
  let following = new AbortController()
  let beatsFor: number | null = null
  let aheadMs: number | undefined
  let hurry = () => {}

  /** Waits, unless somebody is in a hurry. */
  const wait: Wait = (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      hurry = () => {
        clearTimeout(timer)
        resolve()
      }
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    })
  const ringback = new Ringback({ url: location.origin, tries: 1, wait })

  function enter(next: LiveState) {
    if (next === state) return
    state = next
    tell({ kind: 'state', state })
  }

  function noteTime(now: string) {
    aheadMs = Date.parse(now) - Date.now()
    tell({ kind: 'time', aheadMs })
  }

  async function run(signal: AbortSignal) {
    const onConnection = (isConnected: boolean) => {
      if (!signal.aborted) enter(isConnected ? 'live' : 'offline')
    }
    try {
      for await (const event of ringback.events({ signal, onConnection })) {
        if (event.type === 'reset') noteTime(event.data.now)
        tell({ kind: 'event', event })
      }
    } catch (error) {
      if (signal.aborted) return
      enter(isRingbackError(error, 'unauthorized') ? 'refused' : 'offline')
    }
  }

  const beating = setInterval(() => {
    // Whoever is logged out meanwhile is told so by the stream; an API that is away is not asked twice.
    if (beatsFor !== null && state === 'live') void ringback.agents.heartbeat(beatsFor).catch(() => {})
  }, beatEveryMs)

  return {
    follow(subject) {
      if (subject === followed && state !== 'refused') return
      followed = subject
      following.abort()
      following = new AbortController()
      enter('connecting')
      void run(following.signal)
    },
    beat: (agentId) => void (beatsFor = agentId),
    hurry: () => hurry(),
    stop() {
      following.abort()
      clearInterval(beating)
    },
    standing: () => [{ kind: 'state', state }, ...(aheadMs === undefined ? [] : [{ kind: 'time', aheadMs } as const])],
  }
}
