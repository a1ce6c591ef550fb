import { errorOf, RingbackError } from './error.ts'
import { EventStreamParser } from './event-stream-parser.ts'
import type { QueueDepth, RingbackEvent, StreamReset } from './generated.ts'
import { queryString, type RingbackOptions } from './request.ts'
import { withToken } from './token.ts'
import { backoffMs, waitByTimer } from './wait.ts'

/**
 * What a stream tells: an event of the log, how much there is to claim, or that what was missed can no longer be told, so that
 * everything that is shown has to be fetched anew. A newer API may tell of more types.
 */
export type StreamEvent =
  | RingbackEvent
  | { type: 'queue.depth'; data: QueueDepth }
  | { type: 'reset'; data: StreamReset }

export interface EventsOptions {
  /** Go on after this position: a `lastEventId` of before. Without one it begins now, with a `reset`. */
  lastEventId?: string | undefined
  /** The events that are wanted; all that the token may see when left out. */
  types?: readonly Exclude<StreamEvent['type'], 'reset'>[] | undefined
  /** Only what concerns this agent; of an agent's token nothing else comes. */
  agentId?: number | undefined
  /** Only what is about this user. */
  userId?: string | undefined
  /** Only what is about this callback. */
  callbackId?: string | undefined
  /** Ends the stream, and every iteration of it. */
  signal?: AbortSignal | undefined
  /** After how long without a sign a connection is given up; 40 seconds when left out. The API gives one every 15. */
  silentAfterMs?: number | undefined
  /** Told when the stream is connected, and when it no longer is; each time that changes. */
  onConnection?: ((isConnected: boolean) => void) | undefined
}

const path = '/api/events'
const defaultSilentAfterMs = 40_000
const defaultRetryMs = 2_000
const longestWaitMs = 30_000

/**
 * The events of the API, for `for await`. When the connection ends (at the end of a token, at a restart, in a tunnel) it comes
 * back by itself and goes on after the last event that was taken. It ends with its signal, or with the loop.
 *
 * Iterating rejects with a `RingbackError` when the API refuses for good, such as a token that it does not know.
 */
export class EventStream implements AsyncIterable<StreamEvent> {
  readonly #client: RingbackOptions
  readonly #options: EventsOptions
  #lastEventId: string | undefined
  #retryMs = defaultRetryMs

  constructor(client: RingbackOptions, options: EventsOptions = {}) {
    this.#client = client
    this.#options = options
    this.#lastEventId = options.lastEventId
  }

  /** Up to where events were taken. Keep it to go on from there in another process; it moves without an event, too. */
  get lastEventId(): string | undefined {
    return this.#lastEventId
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StreamEvent, void> {
    const { wait = waitByTimer } = this.#client
    const { signal, silentAfterMs = defaultSilentAfterMs } = this.#options
    const isOver = () => signal?.aborted === true
    for (let failures = 0; !isOver();) {
      let retryAfterMs = 0
      const connection = new Connection(silentAfterMs, signal, this.#options.onConnection)
      try {
        for await (const event of this.#listen(connection)) {
          failures = 0
          yield event
        }
        failures = 0
      } catch (error) {
        if (isOver()) return
        if (!passes(error, connection)) throw error
        failures += 1
        retryAfterMs = ((error as RingbackError).retryAfterSeconds ?? 0) * 1_000
      } finally {
        connection.close()
      }
      const beforeMs = backoffMs(failures + 1, { firstMs: this.#retryMs * 2, longestMs: longestWaitMs })
      await wait(Math.max(retryAfterMs, beforeMs), signal).catch(() => {})
    }
  }

  /** The events of one connection, until the API ends it. */
  async *#listen(connection: Connection): AsyncGenerator<StreamEvent, void> {
    const { url, token, fetch = globalThis.fetch } = this.#client
    const { types, agentId, userId, callbackId } = this.#options
    const query = queryString({ types: types?.join(','), agentId, userId, callbackId })
    const address = `${url.replace(/\/+$/, '')}${path}${query}`
    const position: Record<string, string> =
      this.#lastEventId === undefined ? {} : { 'last-event-id': this.#lastEventId }
    const response = await withToken(token, (authorization) =>
      fetch(address, {
        headers: { accept: 'text/event-stream', ...position, ...authorization },
        signal: connection.signal,
        cache: 'no-store',
      }),
    )
    if (!response.ok) throw errorOf(response, await response.text())
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (!isStream || !response.body) {
      throw new RingbackError('unexpected-answer', `${path} is no event stream`, { status: response.status })
    }

    connection.opened()
    const parser = new EventStreamParser()
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    const reader = response.body.getReader()
    try {
      for (;;) {
        connection.listen()
        const { done, value } = await reader.read()
        // However long whoever takes the events is at work on them, that is no silence of the API.
        connection.rest()
        if (done) return
        for (const { id, event } of parser.push(decoder.decode(value, { stream: true }))) {
          this.#retryMs = parser.retryMs ?? this.#retryMs
          // The position moves when the event is taken, not before: whoever stops here has not seen what follows.
          if (id !== undefined) this.#lastEventId = id
          if (event) yield told(event)
        }
      }
    } finally {
      // Whoever leaves the loop leaves the connection.
      await reader.cancel().catch(() => {})
    }
  }
}

/** An event of the log comes whole, with its type in it; of others the data is all there is. */
function told({ type, data: text }: { type: string; data: string }): StreamEvent {
  const data: unknown = JSON.parse(text)
  const isWhole = typeof data === 'object' && data !== null && 'type' in data && data.type === type
  return (isWhole ? data : { type, data }) as StreamEvent
}

/** One connection, which is given up when nothing comes for too long while it is listened to. */
class Connection {
  readonly #silence = new AbortController()
  readonly #silentAfterMs: number
  readonly #onConnection: EventsOptions['onConnection']
  #timer: ReturnType<typeof setTimeout> | undefined
  #isOpen = false
  readonly signal: AbortSignal

  constructor(silentAfterMs: number, signal: AbortSignal | undefined, onConnection: EventsOptions['onConnection']) {
    this.#silentAfterMs = silentAfterMs
    this.#onConnection = onConnection
    this.signal = signal ? AbortSignal.any([signal, this.#silence.signal]) : this.#silence.signal
    this.listen()
  }

  get isSilent(): boolean {
    return this.#silence.signal.aborted
  }

  listen(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#silence.abort(), this.#silentAfterMs)
  }

  rest(): void {
    clearTimeout(this.#timer)
  }

  opened(): void {
    this.#isOpen = true
    this.#onConnection?.(true)
  }

  close(): void {
    this.rest()
    if (this.#isOpen) this.#onConnection?.(false)
    this.#isOpen = false
  }
}

/** Whether it is worth coming back: nobody answered, or not now. */
function passes(error: unknown, connection: Connection): boolean {
  if (connection.isSilent || error instanceof TypeError) return true
  return error instanceof RingbackError && (error.status === 429 || (error.status ?? 0) >= 500)
}
