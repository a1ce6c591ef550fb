import { latestMoment } from '@ringback/core'
import { z } from 'zod'

const example = 'like 2026-11-23T15:00:00+02:00'

/** A time as people and programs write it: seconds may be left out, as may the colon and the minutes of the offset. */
const spelling = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(?:(Z)|([+-]\d\d)(?::?(\d\d))?)$/i
const withoutOffset = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/i
/** In full. It also knows which days and hours there are, which `Date` does not. */
const inFull = z.iso.datetime({ offset: true })

export const howMomentsAreWritten = 'ISO 8601 with an offset; seconds may be left out, and an offset be +02 or +0200'

/**
 * A moment: on the wire ISO 8601 with an offset, in UTC when we write it; a `Date` in code. From 1970 to 9999, which is
 * what the lanes can order and ISO 8601 can write with four digits.
 */
export const moment = z
  .codec(
    z.string().meta({ format: 'date-time' }),
    z.date().min(new Date(0), 'must not be before 1970').max(latestMoment, 'must not be after 9999'),
    {
      decode: (text, context) => {
        const time = spellOut(text)
        if (time !== undefined && inFull.safeParse(time).success) return new Date(time)
        context.issues.push({ code: 'custom', input: text, message: problemWith(text, time) })
        return z.NEVER
      },
      encode: (date) => date.toISOString(),
    },
  )
  .meta({
    description: `${howMomentsAreWritten}. UTC in answers`,
    examples: ['2026-11-23T15:00:00.000Z'],
  })

export const createdAt = moment.meta({ description: 'When it was made' })
export const updatedAt = moment.meta({ description: 'When it last changed' })

/**
 * A moment in a query string. There a `+` that was not encoded stands for a space; before an offset it can have been
 * nothing else.
 */
export const momentInUrl = z.preprocess(
  (value) => (typeof value === 'string' ? value.replace(/ (?=\d\d(?::?\d\d)?$)/, '+') : value),
  moment,
)

function spellOut(text: string): string | undefined {
  const parts = spelling.exec(text)
  if (!parts) return undefined
  const [, minute, seconds = ':00', utc, hours, minutes = '00'] = parts
  return `${minute}${seconds}${utc ?? `${hours}:${minutes}`}`.toUpperCase()
}

function problemWith(text: string, time: string | undefined): string {
  if (time !== undefined) return 'must be a time that exists'
  return withoutOffset.test(text) ? `must say its offset from UTC, ${example}` : `must be a time ${example}`
}
