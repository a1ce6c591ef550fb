import type { QueueType } from '@ringback/client'
import { ringback } from '../shared/api/client.ts'
import { momentOf } from '../shared/time/zoned.ts'

const slotMs = 30 * 60_000
/** Where no hours are set, nobody is offered a call at night. */
const fromHour = 7
const toHour = 21
/** More stretches than a day of any calendar has. */
const mostStretches = 8

export interface SlotsOf {
  /** What the calendar of the zone shows: `2026-03-02`. */
  day: string
  zone: string
  now: number
  queueType: QueueType
  userId: string | undefined
}

/** The half hours of a day at which the customer may be called, from now on; ISO 8601. */
export async function openSlots(
  { day, zone, now, queueType, userId }: SlotsOf,
  signal: AbortSignal,
): Promise<string[]> {
  const [from, to] = [momentOf(`${day}T00:00`, zone), momentOf(`${day}T23:59`, zone)].map((at) => at.getTime())
  const stretches: [from: number, until: number][] = []
  for (let at = Math.max(now, from!); at < to! && stretches.length < mostStretches;) {
    const asked = { queueType, at: new Date(at).toISOString(), ...(userId !== undefined && { userId }) }
    const window = await ringback.calendars.getCallingWindow(asked, { signal })
    if (window.why === 'no-hours') return slotsWithin([[Math.max(now, from!), to!]], from!).filter(isByDay(from!))
    if (window.from === null) break
    const until = window.until === null ? to! : Date.parse(window.until)
    stretches.push([Date.parse(window.from), until])
    at = until
  }
  return slotsWithin(
    stretches.filter(([begins]) => begins < to!).map(([begins, ends]) => [begins, Math.min(ends, to!)]),
    from!,
  )
}

function isByDay(midnight: number): (slot: string) => boolean {
  return (slot) => {
    const hour = (Date.parse(slot) - midnight) / 3_600_000
    return hour >= fromHour && hour < toHour
  }
}

function slotsWithin(stretches: [number, number][], midnight: number): string[] {
  return stretches.flatMap(([from, until]) => {
    const first = midnight + Math.ceil((from - midnight) / slotMs) * slotMs
    const count = Math.max(0, Math.ceil((until - first) / slotMs))
    return Array.from({ length: count }, (_, index) => new Date(first + index * slotMs).toISOString())
  })
}
