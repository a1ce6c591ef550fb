import type { Problem, ProblemCode } from './generated.ts'

/**
 * What went wrong. Most are the codes of the API, whose pages (`GET /problems`) explain them. `unreachable`: there was no answer
 * after all tries. `unexpected-answer`: an answer came that is none of the API, such as the page of a proxy.
 */
export type RingbackErrorCode = ProblemCode | 'unreachable' | 'unexpected-answer'

/** A request that did not succeed: decide by `code`. A newer API may send codes that this version does not list. */
export class RingbackError<Code extends RingbackErrorCode = RingbackErrorCode> extends Error {
  override readonly name = 'RingbackError'
  readonly code: Code
  /** Of the answer; undefined when there was none. */
  readonly status: number | undefined
  /** The whole answer, when it came from the API: `errors` names the fields that are wrong. */
  readonly problem: Problem | undefined
  /** The request, as the log lines of the API name it. */
  readonly requestId: string | undefined
  /** When the same request is worth trying again, if the API said so. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: Code, message: string, details: RingbackErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.status = details.status
    this.problem = details.problem
    this.requestId = details.requestId
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

export interface RingbackErrorDetails {
  status?: number | undefined
  problem?: Problem | undefined
  requestId?: string | undefined
  retryAfterSeconds?: number | undefined
  cause?: unknown
}

/** Whether `error` is a `RingbackError`, with one of `codes` if any are given. */
export function isRingbackError<Code extends RingbackErrorCode = RingbackErrorCode>(
  error: unknown,
  ...codes: Code[]
): error is RingbackError<Code> {
  return error instanceof RingbackError && (codes.length === 0 || codes.includes(error.code as Code))
}

/**
 * The error that an answer other than 2xx is.
 *
 * @param text its body
 */
export function errorOf({ status, headers }: Response, text: string): RingbackError {
  const details = {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: secondsOf(headers.get('retry-after')),
  }
  const problem = problemIn(headers, text)
  if (problem) return new RingbackError(problem.code, problem.detail, { ...details, problem })
  return new RingbackError('unexpected-answer', `The answer ${status} does not come from Ringback`, details)
}

function problemIn(headers: Headers, text: string): Problem | undefined {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return undefined
  try {
    return JSON.parse(text) as Problem
  } catch {
    return undefined
  }
}

/** `Retry-After` is a number of seconds or, from some proxies, a date. */
function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}
