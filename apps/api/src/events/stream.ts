import { Readable } from 'node:stream'
import { isBehind, parsePlaceId, placeId, readLog, type LogPlace, type ToldEvent } from '@ringback/core'
import { events, type Sql } from '@ringback/db'
import type { EventHub, Listener } from './hub.ts'

export interface StreamOptions {
  hub: EventHub
  sql: Sql
  /** The only agent whose events may be for this reader; left out where they may be anybody's. */
  agentId?: number | undefined
  /** Which events this reader is told of. */
  isFor: (told: ToldEvent) => boolean
  /** How much this reader could claim, by queue, and which; left out where it does not want to know. */
  countsFor?:
    | ((claimable: Parameters<Listener['count']>[0]) => Promise<{ queues: readonly object[]; which: string }>)
    | undefined
  /** Where the reader was the last time. */
  lastEventId: string | undefined
  now: () => Date
  /** Until when the reader may listen, in milliseconds since 1970. */
  expiresAt: number
  /** Asked now and then while the reader is here: whether it may listen on. */
  mayGoOn: () => Promise<boolean>
  /** Told that the reader was told to start anew. */
  onReset?: (reason: ResetReason) => void
}

/** The event that says: what you know may be wrong; fetch it anew. */
export type ResetReason = 'start' | 'gap'

/** The place before all events: a reader that begins there is not left with the place that it came with. */
const beginning = { tx: '0', id: '0', at: new Date(0) }
const retryMs = 2_000
const endsWithinMs = 1_000
/** What a timer can count. */
const longestTimerMs = 2 ** 31 - 1
/** Whoever takes less than is told is cut off here, in characters, and resumes from the log. */
const mostWaiting = 1_000_000
/** Who was away for longer had better fetch everything anew. */
const mostMissed = 10_000
const pageSize = 500

const textOf = new WeakMap<ToldEvent, string>()

/** An event as it is sent, written once for all readers. */
function written(told: ToldEvent): string {
  let text = textOf.get(told)
  if (text === undefined) {
    text = `id: ${told.event.id}\nevent: ${told.event.type}\ndata: ${JSON.stringify(told.event)}\n\n`
    textOf.set(told, text)
  }
  return text
}

/**
 * What happens as server-sent events, until the reader goes or `destroy` ends it. A reader that names the last event it has
 * had is told all that it missed, each event once; one that does not, or whose event the log does not hold, is told to start
 * anew. A reader that is too slow is cut off, and can go on where it was.
 */
export async function eventStream(options: StreamOptions): Promise<Readable> {
  const { hub, sql, agentId, isFor, countsFor, lastEventId, now, expiresAt, mayGoOn, onReset } = options
  let waiting: string[] = []
  let waitingSize = 0
  let isWanted = false
  let whenTaken = () => {}
  let isEnded = false
  let expiry: NodeJS.Timeout | undefined
  /** What was heard while what was missed is still being told. */
  let held: ToldEvent[] | undefined = []
  /** What the reader has had already, though the hub may not have come to it. */
  let had: LogPlace | undefined
  /** Whether the hub has lost its place since it told this reader of it. */
  let isLost = false
  let lastTold = ''

  const stream = new Readable({
    encoding: 'utf8',
    read() {
      isWanted = true
      flush()
    },
    destroy(error, done) {
      hub.leave(listener)
      clearTimeout(expiry)
      whenTaken()
      done(error)
    },
  })

  function send(text: string): void {
    if (isEnded || stream.destroyed || text === '') return
    waiting.push(text)
    waitingSize += text.length
    if (isWanted) flush()
    else if (waitingSize > mostWaiting) stream.destroy()
  }

  function flush(): void {
    if (waiting.length > 0) {
      isWanted = stream.push(waiting.join(''))
      waiting = []
      waitingSize = 0
    }
    whenTaken()
  }

  /** Tells what comes behind what the reader has had. */
  function sendEvents(told: readonly ToldEvent[]): void {
    const first = had ? told.findIndex(({ place }) => isBehind(place, had!)) : 0
    if (first === -1) return
    had = undefined // All that follows is behind it as well.
    send(told.slice(first).filter(isFor).map(written).join(''))
  }

  function sendReset(reason: ResetReason, place: LogPlace | undefined): void {
    onReset?.(reason)
    send(
      `id: ${placeId(place ?? beginning)}\nevent: reset\ndata: ${JSON.stringify({ reason, now: now().toISOString() })}\n\n`,
    )
  }

  async function sendCounts(claimable: Parameters<Listener['count']>[0]): Promise<void> {
    const found = await countsFor?.(claimable).catch(() => undefined) // The next count tells.
    if (!found) return
    const { queues, which } = found
    const counts = JSON.stringify({ queues })
    // Somebody who took the place of somebody who went is news as well.
    const told = `${counts} ${which}`
    if (told !== lastTold) send(`event: queue.depth\ndata: ${counts}\n\n`)
    lastTold = told
  }

  const listener: Listener = {
    agentId,
    hear(told) {
      if (!held) return sendEvents(told)
      held.push(...told)
      if (held.length > mostMissed) stream.destroy()
    },
    lose(place) {
      held &&= []
      // What the reader has had says nothing of what comes: when Postgres went back, that has lower numbers.
      isLost = true
      had = place
      sendReset('gap', place)
    },
    count: (claimable) => void sendCounts(claimable),
    beat(place) {
      send(`: still here\n${place && !held ? `id: ${placeId(place)}\n` : ''}\n`)
      void mayGoOn().then((may) => may || listener.end())
    },
    end() {
      hub.leave(listener)
      if (isEnded || stream.destroyed) return
      isEnded = true
      if (waiting.length > 0) stream.push(waiting.join(''))
      stream.push(null)
      setTimeout(() => stream.destroy(), endsWithinMs).unref() // Of one who takes nothing there is no end.
    },
  }

  /** Tells what was missed up to `until`. False when the log does not hold it all. */
  async function tellMissed(lastPlace: LogPlace, until: LogPlace): Promise<boolean> {
    let missed = 0
    let place = lastPlace
    while (isBehind(until, place)) {
      const told = await readLog(sql, place, pageSize)
      missed += told.length
      if (isLost) return false
      if (told === 'gap' || missed > mostMissed) return false
      if (told.length === 0 || stream.destroyed) break
      place = told.at(-1)!.place
      sendEvents(told)
      if (waitingSize > 0) await new Promise<void>((resolve) => (whenTaken = resolve))
    }
    if (isLost) return false
    had = place
    return true
  }

  const joined = await hub.join(listener)
  expiry = setTimeout(() => listener.end(), Math.min(expiresAt - Date.now(), longestTimerMs))
  send(`retry: ${retryMs}\n\n`)
  void (async () => {
    const last = lastEventId === undefined ? undefined : parsePlaceId(lastEventId)
    const named = last && (await events.find(sql, last))
    const isTold = named && joined && (await tellMissed(named, joined))
    if (!isTold && !isLost) {
      sendReset(lastEventId === undefined ? 'start' : 'gap', joined)
      had = joined
    }
    const heldMeanwhile = held ?? []
    held = undefined
    if (heldMeanwhile.length > 0) sendEvents(heldMeanwhile)
  })().catch((error: Error) => stream.destroy(error))
  return stream
}
