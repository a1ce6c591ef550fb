import { offsetPeriodAt } from './offsets.ts'
import { dayMs, type OpenHours } from './open-hours.ts'

/** Hours, and the zone whose clocks they are read by. */
export interface OpenIn {
  hours: OpenHours
  timeZone: string
}

/** Calls are allowed from the first moment on, and from the second on no more. */
export interface CallingWindow {
  from: Date
  until: Date
}

/** How far ahead a window is looked for. */
export const longestLookAheadMs = 370 * dayMs

/**
 * The first moment at or after `at` at which all of `rules` are open, and the end of that stretch. Null when there is none
 * within 370 days; a stretch that lasts longer ends there. Without rules every moment is allowed.
 *
 * A moment is open by the clock on the wall: an hour that the clocks skip is not there, one that they show twice is open
 * both times. Pure; about 50 µs once the zones have been asked for before.
 */
export function callingWindow(rules: readonly OpenIn[], at: Date): CallingWindow | null {
  const horizon = at.getTime() + longestLookAheadMs
  const asked = rules.map((rule) => {
    const stretches = openStretches(rule, at.getTime(), horizon)
    return { stretches, next: stretches.next().value }
  })
  let from = at.getTime()
  for (;;) {
    const began = from
    for (const rule of asked) {
      while (rule.next && rule.next.until <= from) rule.next = rule.stretches.next().value
      if (!rule.next) return null
      from = Math.max(from, rule.next.from)
    }
    if (from > began) continue
    // No stretch adjoins another, so where the first of them ends its rule is closed.
    const until = Math.min(horizon, ...asked.map(({ next }) => next!.until))
    return { from: new Date(from), until: new Date(until) }
  }
}

interface Stretch {
  from: number
  until: number
}

/** The stretches in which a calendar is open, in order, day by day as they are asked for. */
function* openStretches({ hours, timeZone }: OpenIn, at: number, horizon: number): Generator<Stretch, undefined> {
  let open: Stretch | undefined
  for (let begin = at; begin < horizon;) {
    const { offsetMs, until } = offsetPeriodAt(timeZone, begin)
    const end = Math.min(until, horizon)
    for (let day = Math.floor((begin + offsetMs) / dayMs); day * dayMs - offsetMs < end; day += 1) {
      const midnight = day * dayMs - offsetMs
      for (const [opens, closes] of hours.on(day)) {
        const stretch = { from: Math.max(midnight + opens, begin), until: Math.min(midnight + closes, end) }
        if (stretch.from >= stretch.until) continue
        if (open && stretch.from <= open.until) open.until = stretch.until
        else {
          if (open) yield open
          open = stretch
        }
      }
      // One that ended before this day can be known to have ended.
      if (open && open.until < midnight + dayMs && open.until < end) {
        yield open
        open = undefined
      }
    }
    begin = end
  }
  if (open) yield open
  return undefined
}
