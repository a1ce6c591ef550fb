import { Temporal } from 'temporal-polyfill'

/** A time in which the clocks of a zone are not moved. All in milliseconds; the offset is what they are ahead of UTC. */
export interface OffsetPeriod {
  from: number
  until: number
  offsetMs: number
}

/** More than anybody asks for who looks a few years ahead; who asks for centuries has them worked out again. */
const mostKept = 64
const known = new Map<string, OffsetPeriod[]>()

/** The period of a zone that holds at `at`. Finding one takes half a millisecond, and it is remembered. */
export function offsetPeriodAt(timeZone: string, at: number): OffsetPeriod {
  let periods = known.get(timeZone)
  if (!periods) known.set(timeZone, (periods = []))
  const found = periods.find(({ from, until }) => from <= at && at < until)
  if (found) return found
  const period = readPeriod(timeZone, at)
  if (periods.length >= mostKept) periods.length = 0
  periods.push(period)
  return period
}

function readPeriod(timeZone: string, at: number): OffsetPeriod {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
  // A transition at that very moment is the one before: the period that it begins holds already.
  const previous = there.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  const next = there.getTimeZoneTransition('next')
  return {
    from: previous?.epochMilliseconds ?? -Infinity,
    until: next?.epochMilliseconds ?? Infinity,
    offsetMs: there.offsetNanoseconds / 1_000_000,
  }
}
