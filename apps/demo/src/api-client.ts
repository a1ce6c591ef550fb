import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { z } from 'zod'
import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

const REQUEST_TIMEOUT_MS = 10_000
const MAX_ATTEMPTS = 5

/** A no that trying again would not change; its `code`, never its text, tells what to do next. */
export interface Refusal {
  ok: false
  status: number
  code: string
}

export type Answer = { ok: true; status: number; body: unknown } | Refusal

/** The API could not be reached, was overloaded or failed, `MAX_ATTEMPTS` times in a row. */
export class ApiUnavailable extends Error {
  override readonly name = 'ApiUnavailable'
}

export interface ApiClient {
  /** One GET, not repeated: whether it was answered with 2xx. */
  probe(path: string): Promise<boolean>
  get(path: string): Promise<Answer>
  put(path: string, body: object): Promise<Answer>
  /** Carries an Idempotency-Key that stays the same over all attempts, so that a lost answer does no harm. */
  post(path: string, body: object): Promise<Answer>
  delete(path: string): Promise<Answer>
}

export interface ApiClientDeps {
  apiUrl: string
  /** A token that is valid for a while yet. */
  token: () => Promise<string>
  clock: Clock
  random: Random
  signal: AbortSignal
  log: Logger
}

interface Request {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  path: string
  body?: object
}

type Attempt = { done: true; answer: Answer } | { done: false; reason: string; retryAfterMs?: number }

const problem = z.object({ code: z.string() })

/**
 * An HTTP client of the Ringback API.
 *
 * Network failures, 5xx and 429 are tried again with growing, jittered distance (`Retry-After` is heeded) and end in
 * `ApiUnavailable`; every other status is an answer. All methods reject with the signal's reason once it aborts.
 */
export function createApiClient(deps: ApiClientDeps): ApiClient {
  const { apiUrl, token, clock, random, signal, log } = deps

  async function probe(path: string): Promise<boolean> {
    try {
      const response = await fetch(`${apiUrl}${path}`, { signal: withTimeout() })
      await response.body?.cancel()
      return response.ok
    } catch (error) {
      signal.throwIfAborted()
      log.debug({ path, reason: reasonOf(error) }, 'API not reached')
      return false
    }
  }

  async function send(request: Request): Promise<Answer> {
    const headers: Record<string, string> = {}
    if (request.body !== undefined) headers['content-type'] = 'application/json'
    if (request.method === 'POST') headers['idempotency-key'] = randomUUID()

    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOnce(request, headers)
      if (outcome.done) {
        noteSuccess()
        return outcome.answer
      }

      const { method, path } = request
      if (attempt === MAX_ATTEMPTS) throw new ApiUnavailable(`${method} ${path}: ${outcome.reason}`)
      const retryInMs = outcome.retryAfterMs ?? backoffMs(attempt, random)
      noteFailure({ method, path, attempt, reason: outcome.reason, retryInMs })
      await clock.sleep(retryInMs)
    }
  }

  async function attemptOnce(request: Request, headers: Record<string, string>): Promise<Attempt> {
    try {
      const response = await fetch(`${apiUrl}${request.path}`, {
        method: request.method,
        headers: { ...headers, authorization: `Bearer ${await token()}` },
        signal: withTimeout(),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      })
      return await judge(request, response)
    } catch (error) {
      signal.throwIfAborted()
      return { done: false, reason: reasonOf(error) }
    }
  }

  async function judge({ method, path }: Request, response: Response): Promise<Attempt> {
    const { status } = response
    const text = await response.text()
    if (status === 429 || status >= 500) return { done: false, reason: `status ${status}`, ...retryAfter(response) }

    const body: unknown = text === '' ? null : JSON.parse(text)
    if (response.ok) return { done: true, answer: { ok: true, status, body } }

    const code = problem.safeParse(body).data?.code ?? 'unknown'
    const isOrdinary = status === 404 || status === 409
    log[isOrdinary ? 'debug' : 'warn']({ method, path, status, code }, 'request refused')
    return { done: true, answer: { ok: false, status, code } }
  }

  // Many actors share this client: an outage is one warning, not one from each of them every second.
  let isAway = false

  function noteFailure(details: object): void {
    log[isAway ? 'debug' : 'warn'](details, 'API unavailable, trying again')
    isAway = true
  }

  function noteSuccess(): void {
    if (isAway) log.info('API is back')
    isAway = false
  }

  const withTimeout = () => AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)])

  return {
    probe,
    get: (path) => send({ method: 'GET', path }),
    put: (path, body) => send({ method: 'PUT', path, body }),
    post: (path, body) => send({ method: 'POST', path, body }),
    delete: (path) => send({ method: 'DELETE', path }),
  }
}

function retryAfter(response: Response): { retryAfterMs?: number } {
  const header = response.headers.get('retry-after')
  const seconds = header === null ? Number.NaN : Number(header)
  return Number.isFinite(seconds) ? { retryAfterMs: Math.max(0, seconds) * 1000 } : {}
}

/** `fetch` hides the cause of a network failure one level down. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return `${error.name}: ${error.message}`
}
