import { dayMs } from '../rules.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** How long after the nth attempt that failed the next one comes. After the last one there is none. */
const waitsMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]
/** Waits differ by as much, so that what failed together does not come back together. */
const jitter = 0.2
const longestAskedMs = dayMs

/** A receiver that took nothing for so long is switched off. */
export const switchedOffAfterMs = 3 * dayMs

/** What came of sending a delivery once. */
export type AttemptResult =
  | { kind: 'delivered'; status: number }
  /** `status` is null without an answer. `retryAfterMs` is what the receiver asked for. */
  | { kind: 'failed'; status: number | null; error: string; retryAfterMs: number | undefined }
  /** 410: there is no receiver any more. */
  | { kind: 'gone'; status: number }

/** What an answer means: 2xx is success, a redirect is not followed. */
export function resultOf(status: number, retryAfter: string | undefined, now: Date): AttemptResult {
  if (status >= 200 && status < 300) return { kind: 'delivered', status }
  if (status === 410) return { kind: 'gone', status }
  const isRedirect = status >= 300 && status < 400
  const error = isRedirect ? `answered ${status}; redirects are not followed` : `answered ${status}`
  return { kind: 'failed', status, error, retryAfterMs: readRetryAfter(retryAfter, now) }
}

/** Seconds or a date, as HTTP has it; undefined when it says nothing that can be kept. */
function readRetryAfter(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * secondMs : Date.parse(text) - now.getTime()
  return ms > 0 ? ms : undefined
}

/**
 * How many milliseconds after an attempt that failed the next one comes: as the table says, and not before the receiver wants
 * it, up to a day. Null when that was the last one.
 *
 * @param attempts how many there were
 * @param random between 0 and 1
 */
export function nextAttemptAfterMs(
  attempts: number,
  retryAfterMs: number | undefined,
  random = Math.random(),
): number | null {
  const wait = waitsMs[attempts - 1]
  if (wait === undefined) return null
  const spread = Math.round(wait * (1 - jitter + 2 * jitter * random))
  return Math.max(spread, Math.min(retryAfterMs ?? 0, longestAskedMs))
}
