import { localTimeAt, momentOf } from '../shared/time/zoned.ts'
import type { ReportSearch } from './report-search.ts'

/** What the API takes at a time. */
const mostDays = 92
/** Without a choice: today, and the days before it. */
const defaultDays = 7
/** Up to so many days each hour is shown. */
const hourlyDays = 2
const hourMs = 60 * 60_000

/** Whole days of a zone, by its clocks: from the first to the last, both included. */
export interface Span {
  zone: string
  first: string
  last: string
  days: readonly string[]
  /** When the first begins and when the last is over, ISO 8601. */
  from: string
  to: string
  groupBy: 'hour' | 'day'
}

export type SpanProblem = 'backwards' | 'tooLong'

/** The days that are asked for; the last week without any. */
export function spanOf({ from, to }: ReportSearch, zone: string, now: number): Span | SpanProblem {
  const last = to ?? dayOf(now, zone)
  const first = from ?? dayBefore(last, defaultDays - 1)
  if (first > last) return 'backwards'
  const days = daysFrom(first, last)
  if (days.length > mostDays) return 'tooLong'
  return {
    zone,
    first,
    last,
    days,
    from: momentOf(`${first}T00:00`, zone).toISOString(),
    to: momentOf(`${dayBefore(last, -1)}T00:00`, zone).toISOString(),
    groupBy: days.length <= hourlyDays ? 'hour' : 'day',
  }
}

export function dayOf(at: number, zone: string): string {
  return localTimeAt(at, zone).slice(0, 10)
}

/** @param count of days; negative for days after it */
export function dayBefore(day: string, count: number): string {
  const at = new Date(`${day}T00:00Z`)
  at.setUTCDate(at.getUTCDate() - count)
  return at.toISOString().slice(0, 10)
}

function daysFrom(first: string, last: string): string[] {
  const days: string[] = []
  // One more than is taken shows that it is too long.
  for (let day = first; day <= last && days.length <= mostDays; day = dayBefore(day, -1)) days.push(day)
  return days
}

/** Where each step of a span begins, also those of which nothing is known: the keys of a report, in order. */
export function stepsOf(
  { groupBy, days, zone, from, to }: Span,
  keys: readonly string[],
): { key: string; at: string }[] {
  if (groupBy === 'day') return days.map((key) => ({ key, at: momentOf(`${key}T12:00`, zone).toISOString() }))
  const keyAt = new Map(keys.map((key) => [Date.parse(key), key]))
  // Where clocks are moved by half an hour, hours begin elsewhere from then on.
  for (let at = Date.parse(from); at < Date.parse(to); at += hourMs) if (!keyAt.has(at)) keyAt.set(at, '')
  return [...keyAt]
    .toSorted(([one], [other]) => one - other)
    .map(([at, key]) => ({ key, at: new Date(at).toISOString() }))
}
