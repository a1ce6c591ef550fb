import { Temporal } from 'temporal-polyfill'

const timeZone = 'Asia/Jerusalem'
/** Some records go back a minute or so from one stage to the next; that is not yet the next day. */
const toleranceMs = 5 * 60_000

/**
 * The moment of a local time of day in the log, given as seconds since midnight. A time that the clocks show twice is
 * the first of the two, one that they skip is an hour later.
 *
 * `notBefore` is a moment that the time follows: what is then too early is the second of the two, or belongs to the
 * next day, since a call may last past midnight.
 */
export function momentOf(day: string, secondsOfDay: number, notBefore?: Date): Date {
  const date = Temporal.PlainDate.from(day)
  const time = Temporal.PlainTime.from('00:00').add({ seconds: secondsOfDay })
  const first = momentAt(date, time, 'compatible')
  if (!notBefore) return first
  const candidates = [first, momentAt(date, time, 'later'), momentAt(date.add({ days: 1 }), time, 'compatible')]
  const earliest = notBefore.getTime() - toleranceMs
  return candidates.find((moment) => moment.getTime() >= earliest) ?? first
}

function momentAt(date: Temporal.PlainDate, time: Temporal.PlainTime, disambiguation: 'compatible' | 'later'): Date {
  const local = date.toPlainDateTime(time).toZonedDateTime(timeZone, { disambiguation })
  return new Date(local.epochMilliseconds)
}
