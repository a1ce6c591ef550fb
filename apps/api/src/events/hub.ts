import { setTimeout as delay } from 'node:timers/promises'
import { readLog, type Deps, type LogPlace, type ToldEvent } from '@ringback/core'
import { callQueue, events } from '@ringback/db'

/** Somebody who is told what happens. */
export interface Listener {
  /** The only agent of whom it is told; undefined for one that is told of everybody. */
  readonly agentId: number | undefined
  /** What was read from the log, in order: each event that concerns its agent once. */
  hear(told: readonly ToldEvent[]): void
  /** The log goes on at `place`: what was before it is not told. */
  lose(place: LogPlace | undefined): void
  /** How much can be claimed now, when that may have changed. */
  count(claimable: readonly callQueue.ClaimableCount[]): void
  /** Time passes. Everybody has been told what there is up to `place`. */
  beat(place: LogPlace | undefined): void
  /** There will be no more. */
  end(): void
}

export interface EventHub {
  readonly size: number
  /** From now on the listener is told what happens; that it is told what comes behind the place that is returned, is certain. */
  join(listener: Listener): Promise<LogPlace | undefined>
  leave(listener: Listener): void
  /** There may be something to read. */
  wake(): void
  /** Ends all, and turns away those who still come. */
  close(): void
}

const pageSize = 500
/** What is told in quick succession is read together. */
const gatherMs = 10
/** What was committed may be behind a transaction that has not ended: after news it is looked for again soon. */
const soonestMs = 50
const latestMs = 1_000
const countEveryMs = 1_000
const beatEveryMs = 15_000

/**
 * Reads the log once for all listeners of a process, while there are any. It is woken when something was committed, and
 * looks by itself each second.
 */
export function eventHub({ sql, clock, log }: Pick<Deps, 'sql' | 'clock' | 'log'>): EventHub {
  const listeners = new Set<Listener>()
  /** The same, by the agent of whom they hear, so that an event costs nothing for all whom it does not concern. */
  const listenersOf = new Map<number | undefined, Set<Listener>>()
  let place: LogPlace | undefined
  let beginning: Promise<void> | undefined
  let isReading = false
  let isClosed = false
  let hasNews = false
  let wakeUp = () => {}
  let countedAt = -Infinity
  let isCountDue = false
  let hasFailed = false

  async function begin(): Promise<void> {
    place = await events.last(sql)
    void read()
  }

  async function read(): Promise<void> {
    isReading = true
    const beats = setInterval(() => forEach((listener) => listener.beat(place)), beatEveryMs)
    let pauseMs = soonestMs
    while (listeners.size > 0) {
      if (!hasNews) await new Promise<void>((resolve) => setTimeout((wakeUp = resolve), pauseMs))
      if (hasNews) await delay(gatherMs)
      pauseMs = hasNews ? soonestMs : Math.min(pauseMs * 2, latestMs)
      hasNews = false
      await look()
    }
    clearInterval(beats)
    isReading = false
  }

  async function look(): Promise<void> {
    try {
      while (await lookAtPage());
      await countIfDue()
      hasFailed = false
    } catch (error) {
      log[hasFailed ? 'debug' : 'warn']({ err: error }, 'the log of events cannot be read; trying again')
      hasFailed = true
    }
  }

  /** Whether there may be more. */
  async function lookAtPage(): Promise<boolean> {
    const told = await readLog(sql, place, pageSize)
    if (told === 'gap') {
      place = await events.last(sql)
      isCountDue = true
      forEach((listener) => listener.lose(place))
      return true
    }
    if (told.length === 0) return false
    place = told.at(-1)!.place
    isCountDue = true
    hear(told)
    return told.length === pageSize
  }

  async function countIfDue(): Promise<void> {
    if (!isCountDue || performance.now() - countedAt < countEveryMs) return
    isCountDue = false
    countedAt = performance.now()
    const claimable = await callQueue.countClaimable(sql, clock.now())
    forEach((listener) => listener.count(claimable))
  }

  function hear(told: readonly ToldEvent[]): void {
    const concerning = new Map<number | undefined, ToldEvent[]>()
    for (const one of told) {
      for (const agentId of [undefined, ...one.agentIds]) {
        if (!listenersOf.has(agentId)) continue
        const others = concerning.get(agentId)
        if (others) others.push(one)
        else concerning.set(agentId, [one])
      }
    }
    for (const [agentId, ofAgent] of concerning) {
      for (const listener of listenersOf.get(agentId) ?? []) listener.hear(ofAgent)
    }
  }

  function add(listener: Listener): void {
    const { agentId } = listener
    listeners.add(listener)
    listenersOf.set(agentId, (listenersOf.get(agentId) ?? new Set()).add(listener))
  }

  function remove(listener: Listener): void {
    const { agentId } = listener
    listeners.delete(listener)
    const others = listenersOf.get(agentId)
    others?.delete(listener)
    if (others?.size === 0) listenersOf.delete(agentId)
  }

  function forEach(tell: (listener: Listener) => void): void {
    for (const listener of listeners) tell(listener)
  }

  function wake(): void {
    hasNews = true
    wakeUp()
  }

  return {
    get size() {
      return listeners.size
    },
    async join(listener) {
      if (isClosed) {
        listener.end()
        return undefined
      }
      add(listener)
      isCountDue = true
      try {
        if (!isReading) await (beginning ??= begin().finally(() => (beginning = undefined)))
      } catch (error) {
        remove(listener)
        throw error
      }
      wake()
      return place
    },
    leave: remove,
    wake,
    close() {
      isClosed = true
      forEach((listener) => listener.end())
      wake()
    },
  }
}
