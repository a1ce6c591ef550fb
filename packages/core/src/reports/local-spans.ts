import { Temporal } from 'temporal-polyfill'

/** A stretch of time in which a local day or hour goes on, and which one it is. */
export interface LocalSpan {
  start: Date
  /** `2026-03-29`, or `2026-03-29T03:00+02:00`: the offset tells an hour from the same one when the clocks are set back. */
  key: string
}

export type SpanUnit = 'day' | 'hour'

const hourMs = 60 * 60_000
const unitMs = { hour: hourMs, day: 24 * hourMs } as const

/**
 * The local days or hours of a time zone from one moment up to another, one after the other; the first one begins at `from`.
 * Between two changes of the zone's offset they are as long as units are, and every change begins another one. A day in which
 * the clocks change is still one day, and may come in several spans of the same key.
 *
 * @throws RangeError for a time zone that does not exist
 */
export function localSpans(unit: SpanUnit, timeZone: string, from: Date, to: Date): LocalSpan[] {
  const spans: LocalSpan[] = []
  let start = from.getTime()
  while (start < to.getTime()) {
    const local = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timeZone)
    const offsetMs = local.offsetNanoseconds / 1e6
    const change = local.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity
    const until = Math.min(change, to.getTime())
    for (const moment of startsOf(unitMs[unit], start, until, offsetMs)) {
      const key = keyOf(unit, moment + offsetMs, local.offset)
      if (spans.at(-1)?.key !== key) spans.push({ start: new Date(moment), key })
    }
    start = until
  }
  return spans
}

/** `from`, and every full unit on clocks that are ahead by the offset, up to `to`. */
function* startsOf(unit: number, from: number, to: number, offsetMs: number): Generator<number> {
  yield from
  const first = Math.floor((from + offsetMs) / unit + 1) * unit - offsetMs
  for (let moment = first; moment < to; moment += unit) yield moment
}

/** @param localMs the time on the clocks there, as if it were UTC */
function keyOf(unit: SpanUnit, localMs: number, offset: string): string {
  const text = new Date(localMs).toISOString()
  return unit === 'day' ? text.slice(0, 10) : `${text.slice(0, 13)}:00${offset}`
}
