import { weekdays } from '@ringback/core'
import type { Customer } from './people.ts'
import type { Queue } from './queues.ts'
import { zonesOfCountry, type Table } from './tables.ts'

/**
 * What may be, by the plain reading of the tables: the clock on the wall of each place is asked of Intl, minute by minute.
 * Nothing of `core/hours` or `core/policies` is asked.
 */

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const quarterMs = 15 * minuteMs

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, Map<number, number>>()

/** By how much the clocks of a zone are ahead of UTC: no zone moves them but at a quarter of an hour. */
function offsetAt(timeZone: string, at: number): number {
  const quarter = Math.floor(at / quarterMs)
  const known = offsets.get(timeZone) ?? new Map<number, number>()
  offsets.set(timeZone, known)
  const before = known.get(quarter)
  if (before !== undefined) return before
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' })
  formats.set(timeZone, format)
  const begin = quarter * quarterMs
  const shown = Date.parse(`${format.format(begin).replace(', ', 'T')}Z`)
  known.set(quarter, shown - begin)
  return shown - begin
}

type Minutes = [from: number, until: number][]

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
/** What was read of each table by day, counted from 1970. A table that says something else is another one. */
const daysRead = new WeakMap<Table, Map<number, Minutes>>()

function hoursOn(table: Table, day: number): Minutes {
  const read = daysRead.get(table) ?? new Map<number, Minutes>()
  daysRead.set(table, read)
  const before = read.get(day)
  if (before) return before
  const local = new Date(day * dayMs)
  const date = local.toISOString().slice(0, 10)
  const weekday = weekdays[(local.getUTCDay() + 6) % 7]!
  const hours = table.special[date] ?? (table.closed.has(date) ? [] : (table.week[weekday] ?? []))
  const minutes = hours.map(([from, until]): Minutes[number] => [minuteOf(from), minuteOf(until)])
  read.set(day, minutes)
  return minutes
}

function isOpen(table: Table, timeZone: string, at: number): boolean {
  const local = at + offsetAt(timeZone, at)
  const day = Math.floor(local / dayMs)
  const minute = (local - day * dayMs) / minuteMs
  return hoursOn(table, day).some(([from, until]) => from <= minute && minute < until)
}

/** For which call somebody asks. */
export interface Asked {
  queue: Queue
  customer: Customer
  /** The customer asked for the time: quiet hours do not hold. */
  isQuietOff: boolean
}

export function isAllowed(tables: Map<string, Table>, { queue, customer, isQuietOff }: Asked, at: number): boolean {
  const opening = tables.get(queue.openingHours)!
  if (!isOpen(opening, opening.timeZone!, at)) return false
  if (isQuietOff) return true
  const table = tables.get(quietHoursOf(queue, customer))!
  return zonesOf(customer, opening).every((timeZone) => isOpen(table, timeZone, at))
}

function zonesOf({ timeZone, country }: Customer, opening: Table): string[] {
  if (timeZone !== null) return [timeZone]
  return country === null ? [opening.timeZone!] : zonesOfCountry[country]!
}

function quietHoursOf({ quietHours }: Queue, { region }: Customer): string {
  const fits = Object.keys(quietHours).filter((key) => region === key || region?.startsWith(`${key}-`))
  return quietHours[fits.toSorted((a, b) => b.length - a.length)[0] ?? '*']!
}

/** The first allowed moment from `at` on, before `until`; null when there is none. */
export function firstAllowed(
  tables: Map<string, Table>,
  asked: Asked,
  at: number,
  until = at + 370 * dayMs,
): number | null {
  if (isAllowed(tables, asked, at)) return at
  for (let minute = Math.floor(at / minuteMs + 1) * minuteMs; minute < until; minute += minuteMs) {
    if (isAllowed(tables, asked, minute)) return minute
  }
  return null
}

export interface Attempt {
  at: number
  outcome: string
  /** Told when the claim had been given back: it has nothing tried again, and ends nothing. */
  isLate?: boolean
}

/** When the customer is called again by the table of the queue, before the hours are asked; null for never. */
export function nextAttempt(
  { retries }: Queue,
  maxAttempts: number,
  attempts: Attempt[],
  outcome: string,
  now: number,
): number | null {
  if (attempts.length >= maxAttempts) return null
  const nth = attempts.filter((attempt) => attempt.outcome === outcome).length
  const minutes = retries.minutes[outcome as keyof typeof retries.minutes]?.[nth - 1]
  if (minutes === undefined) return null
  let next = now + minutes * minuteMs
  for (;;) {
    const oneOfThem = attempts.map(({ at }) => at).filter((at) => at > next - dayMs)
    if (oneOfThem.length < retries.maxPerDay) return next
    next = Math.min(...oneOfThem) + dayMs
  }
}
