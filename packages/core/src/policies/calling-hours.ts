import { callingWindow, longestLookAheadMs, type OpenIn } from '../hours/calling-window.ts'
import type { OpenHours } from '../hours/open-hours.ts'
import { quietCalendarOf } from '../hours/quiet-hours.ts'
import { zonesOf, type CustomerZones, type Whereabouts } from '../hours/zones.ts'
import type { Policy } from './policy.ts'

/** A calendar that is ready to be asked; without a zone it is read by the clocks of the customer. */
export interface ReadyCalendar {
  hours: OpenHours
  timeZone: string | null
}

/** When a customer may be called, and what says so. */
export interface CallingHours extends CustomerZones {
  /** The calendars that hold, each once, that of the opening hours first. */
  calendars: string[]
  rules: OpenIn[]
}

/** Calls are allowed from the first moment on, and from the second on no more; null when nothing that is known ends that. */
export interface AllowedWindow {
  from: Date
  until: Date | null
}

/** Whether a policy keeps anybody from being called at any time. */
export function restrictsHours({ openingHours, quietHours }: Policy): boolean {
  return openingHours !== null || (quietHours !== null && Object.keys(quietHours).length > 0)
}

/**
 * The hours in which a policy has a customer called: the opening hours, and the quiet hours of the customer's region in every
 * zone that the customer may be in. A calendar that is not among those given holds nobody back. Pure.
 */
export function callingHoursOf(
  { openingHours, quietHours }: Policy,
  calendars: ReadonlyMap<string, ReadyCalendar>,
  customer: Whereabouts,
): CallingHours {
  const zoneOfHours = openingHours === null ? null : calendars.get(openingHours)?.timeZone
  const zones = zonesOf(customer, zoneOfHours)
  const quiet = quietHours === null ? undefined : quietCalendarOf(quietHours, zones.region)
  const named = new Set([openingHours, quiet].filter((id) => id != null))
  const known = [...named].flatMap((id) => {
    const calendar = calendars.get(id)
    return calendar ? [{ id, ...calendar }] : []
  })
  const rules = known.flatMap(({ hours, timeZone }) =>
    (timeZone === null ? zones.timeZones : [timeZone]).map((zone) => ({ hours, timeZone: zone })),
  )
  return { ...zones, calendars: known.map(({ id }) => id), rules }
}

/** The first stretch at or after `at` in which the customer may be called; null when there is none within 370 days. Pure. */
export function windowIn({ rules }: Pick<CallingHours, 'rules'>, at: Date): AllowedWindow | null {
  const window = callingWindow(rules, at)
  if (!window) return null
  const isEndless = window.until.getTime() - at.getTime() >= longestLookAheadMs
  return { from: window.from, until: isEndless ? null : window.until }
}
