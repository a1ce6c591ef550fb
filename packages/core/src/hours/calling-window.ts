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
function* openStretches(rule: OpenIn, at: number, horizon: number): Generator<Stretch, undefined> {
  let open: Stretch | undefined
  for (const { stretches, until } of openByDay(rule, at, horizon)) {
    for (const stretch of stretches) {
      if (open && stretch.from <= open.until) open.until = stretch.until
      else {
        if (open) yield open
        open = stretch
      }
    }
    // One that ended before this day did can be known to have ended.
    if (open && open.until < until) {
      yield open
      open = undefined
    }
  }
  if (open) yield open
  return undefined
}

/** What is open of a day, at one offset of the clocks: a day on which they are moved comes twice. */
interface OpenDay {
  /** Counts from 1970-01-01 on. */
  day: number
  /** Where the day ends, or the offset, or what was asked for. */
  until: number
  stretches: Stretch[]
}

/** The days from `begin` to `end`, in order, as they are asked for. */
export function* openByDay({ hours, timeZone }: OpenIn, begin: number, end: number): Generator<OpenDay, undefined> {
  for (let from = begin; from < end;) {
    const { offsetMs, until } = offsetPeriodAt(timeZone, from)
    const to = Math.min(until, end)
    for (let day = Math.floor((from + offsetMs) / dayMs); day * dayMs - offsetMs < to; day += 1) {
      const midnight = day * dayMs - offsetMs
      const stretches: Stretch[] = []
      for (const [opens, closes] of hours.on(day)) {
        const stretch = { from: Math.max(midnight + opens, from), until: Math.min(midnight + closes, to) }
        if (stretch.from < stretch.until) stretches.push(stretch)
      }
      yield { day, until: Math.min(midnight + dayMs, to), stretches }
    }
    from = to
  }
  return undefined
}
