import { openByDay, type OpenIn } from './calling-window.ts'
import { offsetPeriodAt } from './offsets.ts'
import { dayMs, type OpenRange, type Reason } from './open-hours.ts'
import { momentOfLocalTime } from './wall-clock.ts'

/** What follows from a calendar for one day. */
export interface CalendarDay {
  /** `2026-03-29`. */
  date: string
  /** What of the calendar says so. */
  reason: Reason
  /** When it is open by the clock on the wall, like `08:00` to `20:00`. */
  hours: [from: string, until: string][]
  /** How long it is open in truth: an hour that the clocks skip is not there, one that they show twice is there twice. */
  openMinutes: number
}

/** The clocks of a zone are moved. */
export interface ClockChange {
  at: Date
  /** What they would have shown at that moment, without an offset … */
  from: string
  /** … and what they show. */
  to: string
}

export interface CalendarYear {
  days: CalendarDay[]
  clockChanges: ClockChange[]
}

/** What follows from a calendar, day by day, for a year by the clocks of its zone. Pure. */
export function calendarYear(rule: OpenIn, year: number): CalendarYear {
  const begin = startOf(year, rule.timeZone)
  const end = startOf(year + 1, rule.timeZone)
  const openMs = new Map<number, number>()
  for (const { day, stretches } of openByDay(rule, begin, end)) {
    const open = stretches.reduce((sum, { from, until }) => sum + until - from, 0)
    openMs.set(day, (openMs.get(day) ?? 0) + open)
  }
  const [first, after] = [Date.UTC(year, 0, 1) / dayMs, Date.UTC(year + 1, 0, 1) / dayMs]
  const days = Array.from({ length: after - first }, (_, index) => first + index).map((day) => ({
    date: shown(day * dayMs).slice(0, 10),
    reason: rule.hours.reasonOn(day),
    hours: rule.hours.on(day).map(textOf),
    openMinutes: (openMs.get(day) ?? 0) / 60_000,
  }))
  return { days, clockChanges: clockChanges(rule.timeZone, begin, end) }
}

function startOf(year: number, timeZone: string): number {
  return momentOfLocalTime(`${year}-01-01T00:00`, timeZone).at.getTime()
}

function clockChanges(timeZone: string, begin: number, end: number): ClockChange[] {
  const changes: ClockChange[] = []
  let period = offsetPeriodAt(timeZone, begin)
  while (period.until < end) {
    const at = period.until
    const next = offsetPeriodAt(timeZone, at)
    // Where a zone is only given another name, its clocks stay.
    if (next.offsetMs !== period.offsetMs) {
      changes.push({ at: new Date(at), from: shown(at + period.offsetMs), to: shown(at + next.offsetMs) })
    }
    period = next
  }
  return changes
}

/** What clocks show, to the minute. */
function shown(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)
}

function textOf([from, until]: OpenRange): [string, string] {
  return [timeOfDay(from), timeOfDay(until)]
}

function timeOfDay(ms: number): string {
  return ms === dayMs ? '24:00' : shown(ms).slice('yyyy-mm-ddT'.length)
}
