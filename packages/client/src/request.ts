import { errorOf, RingbackError } from './error.ts'
import { withToken, type TokenSource } from './token.ts'
import { backoffMs, waitByTimer, type Wait } from './wait.ts'

export interface RingbackOptions {
  /** Where the API is, like `https://ringback.example.com`; empty on a page that came from there. */
  url: string
  /** Left out on a page that came from the API itself, where a session holds (`session.signIn`). */
  token?: TokenSource | undefined
  /** How often a request is tried before it fails; 4 when left out, 1 for no second time. */
  tries?: number
  /** How long one try may take; 40 seconds when left out. The longest answer of the API takes 25. */
  timeoutMs?: number
  /** Asks in place of the global `fetch`. */
  fetch?: (url: string, request: RequestInit) => Promise<Response>
  /** Waits between tries in place of a timer. */
  wait?: Wait
}

/** What may be said of a single request. */
export interface CallOptions {
  /** Ends it: it rejects with the reason of the signal. */
  signal?: AbortSignal | undefined
  /**
   * Of a POST: the key under which it has one effect, however often it is sent. Made by chance when left out; give your own
   * when the same request may come from another process. With null it has none, and is tried again only after a 429.
   */
  idempotencyKey?: string | null | undefined
  /** More headers, such as `if-match`. */
  headers?: Record<string, string> | undefined
}

export interface Request extends CallOptions {
  query?: object | undefined
  body?: unknown
}

/** Sends a request to a path of the API, and gives the body of the answer: what was JSON, or its text; undefined without one. */
export type Send = <T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  request: Request,
) => Promise<T>

const defaultTries = 4
const defaultTimeoutMs = 40_000
const backoff = { firstMs: 250, longestMs: 8_000 }
/** Whom the API has wait for longer has something else to do meanwhile. */
const longestRetryAfterSeconds = 60

/**
 * How all requests are sent: with a token, a POST with its key, and again after a failure that passes: 429, 502 to 504, and
 * no answer at all. Nothing is done twice by that: what writes is idempotent or has a key.
 */
export function sender({
  url,
  token,
  fetch = globalThis.fetch,
  wait = waitByTimer,
  ...options
}: RingbackOptions): Send {
  const { tries = defaultTries, timeoutMs = defaultTimeoutMs } = options
  const root = url.replace(/\/+$/, '')

  return async function send<T>(method: string, path: string, request: Request): Promise<T> {
    const { query, body, signal, headers: more } = request
    const key = method === 'POST' ? (request.idempotencyKey === undefined ? randomKey() : request.idempotencyKey) : null
    const isSafe = method !== 'POST' || key !== null
    const address = `${root}${path}${queryString(query)}`
    const headers = {
      accept: 'application/json, text/csv, application/problem+json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== null && { 'idempotency-key': key }),
      ...more,
    }

    async function attempt(): Promise<{ value: T } | { failure: RingbackError; passes: boolean }> {
      const timeout = AbortSignal.timeout(timeoutMs)
      const either = signal ? AbortSignal.any([signal, timeout]) : timeout
      const payload = body === undefined ? null : JSON.stringify(body)
      try {
        const response = await withToken(token, (authorization) =>
          fetch(address, { method, headers: { ...headers, ...authorization }, body: payload, signal: either }),
        )
        const text = await response.text()
        if (response.ok) return { value: read(response, text) as T }
        const { status } = response
        const passes = status === 429 || (isSafe && status >= 502 && status <= 504)
        return { failure: errorOf(response, text), passes }
      } catch (cause) {
        signal?.throwIfAborted()
        // What `fetch` fails with when nobody answers. Anything else is the failure of whoever gives the token.
        if (!(cause instanceof TypeError) && cause !== timeout.reason) throw cause
        const failure = new RingbackError('unreachable', `${method} ${path}: ${reasonOf(cause)}`, { cause })
        return { failure, passes: isSafe }
      }
    }

    for (let tried = 1; ; tried += 1) {
      signal?.throwIfAborted()
      const outcome = await attempt()
      if ('value' in outcome) return outcome.value
      const { failure, passes } = outcome
      const { retryAfterSeconds = 0 } = failure
      if (!passes || tried >= tries || retryAfterSeconds > longestRetryAfterSeconds) throw failure
      await wait(retryAfterSeconds * 1_000 + backoffMs(tried, backoff), signal)
    }
  }
}

/** Not `crypto.randomUUID`, which browsers have only on pages that came over HTTPS. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function queryString(query: object = {}): string {
  const entries = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === null
      ? []
      : (Array.isArray(value) ? value : [value]).map((one) => [name, textOf(one)]),
  )
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}

function read({ headers }: Response, text: string): unknown {
  if (text === '') return undefined
  return headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

/** `fetch` hides the cause of a failure one level down. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error
  if (typeof cause !== 'object' || cause === null) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : (cause as Error).message
}
