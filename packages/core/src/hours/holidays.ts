import { DomainError } from '../errors.ts'
import type { CalendarDocument } from './calendar.ts'
import { dayMs } from './open-hours.ts'

type Holidays = NonNullable<CalendarDocument['holidays']>

/** For how many years holidays are known: the one at hand and those that follow, as windows are looked for a year ahead. */
const yearsKnown = 3

/** The first and the last year whose holidays are to be known at `now`. */
export function holidayYears(now: Date): { first: number; last: number } {
  const first = now.getUTCFullYear()
  return { first, last: first + yearsKnown - 1 }
}

/**
 * The dates of the public holidays of a country, or of a part of it, in order: of the year at hand and the two that follow.
 * A holiday that begins at noon is a whole one. Who needs them writes a calendar: the list of all countries takes some 30
 * MB, and is loaded then.
 *
 * @throws DomainError `unknown-holidays`
 */
export async function holidayDates({ country, region }: Holidays, now: Date): Promise<string[]> {
  const { default: Calendar } = await import('date-holidays')
  const known = new Calendar()
  if (!(country in known.getCountries('en'))) {
    throw new DomainError('unknown-holidays', `The holidays of ${country} are not known; name their dates in closed`)
  }
  if (region !== undefined && !(region in (known.getStates(country, 'en') ?? {}))) {
    const regions = Object.keys(known.getStates(country, 'en') ?? {}).join(', ')
    const remedy = regions === '' ? 'leave region out' : `the regions are ${regions}`
    throw new DomainError('unknown-holidays', `${country} has no holidays of a region ${region}; ${remedy}`)
  }
  const calendar = region === undefined ? new Calendar(country) : new Calendar(country, region)
  const { first, last } = holidayYears(now)
  const years = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const dates = years.flatMap((year) => calendar.getHolidays(year)).flatMap(datesOf)
  return [...new Set(dates)].toSorted()
}

/** The dates of a holiday by its country's clocks: `date` is that of its first day, which may begin on the eve. */
function datesOf({ type, date, start, end }: { type: string; date: string; start: Date; end: Date }): string[] {
  if (type !== 'public') return []
  const first = Date.parse(date.slice(0, 10))
  const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs))
  return Array.from({ length: days }, (_, day) => new Date(first + day * dayMs).toISOString().slice(0, 10))
}
