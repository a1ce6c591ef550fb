import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { isRegion } from './region.ts'

/** From Monday on, as ISO 8601 counts. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** The id of a zone as IANA writes it, whatever its case; undefined when there is none. An offset like +02:00 is no zone. */
export function zoneIdOf(text: string): string | undefined {
  if (!/^[a-z]/i.test(text)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId
  } catch {
    return undefined
  }
}

/** An IANA time zone; what comes out is spelt as IANA does. */
export const timeZone = z
  .string()
  .max(64)
  .refine((text) => zoneIdOf(text) !== undefined, 'must be a time zone of IANA, like Europe/Berlin')
  .overwrite((text) => zoneIdOf(text) ?? text)
  .meta({ description: 'An IANA time zone', examples: ['Europe/Berlin'] })

/** A region as ISO 3166 writes it: a country, or a part of one. */
export const region = z
  .string()
  .regex(/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/, 'must be a region of ISO 3166, like DE or US-FL')
  .refine(isRegion, 'must begin with a country that exists')
  .meta({ description: 'A country of ISO 3166-1, or a part of one of ISO 3166-2', examples: ['DE', 'US-FL'] })

const timeOfDay = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day from 00:00 to 24:00, like 08:30')
  .meta({ description: 'A time of day', examples: ['08:00'] })

const range = z
  .tuple([timeOfDay, timeOfDay])
  .refine(([from, until]) => from < until, 'must end after it begins; hours past midnight belong to the next day')
  .meta({ description: 'From the first time until the second, which is closed again' })

const ranges = z
  .array(range)
  .max(24)
  .refine(
    (list) => list.every(([from], index) => index === 0 || list[index - 1]![1] <= from),
    'must be in order, and none may begin before the one in front of it has ended',
  )
  .meta({ description: 'When it is open, in order; none = closed', examples: [[['08:00', '20:00']]] })

const date = z.iso
  .date('must be a date that exists, like 2026-12-25')
  .meta({ description: 'A date', examples: ['2026-12-25'] })

const hoursOf = (day: string) => ranges.optional().meta({ description: `On ${day}; left out, it is closed` })

/** The most dates that a calendar names in a list. */
const mostDates = 1_000

/** When a day is open. With a zone it is read there, without one in the zone of the customer. */
export const calendarDocument = z
  .strictObject({
    timeZone: timeZone
      .nullable()
      .optional()
      .meta({ description: 'Where it is read; left out or null, in the zones of the customer' }),
    week: z
      .strictObject({
        mon: hoursOf('Mondays'),
        tue: hoursOf('Tuesdays'),
        wed: hoursOf('Wednesdays'),
        thu: hoursOf('Thursdays'),
        fri: hoursOf('Fridays'),
        sat: hoursOf('Saturdays'),
        sun: hoursOf('Sundays'),
      })
      .meta({ description: 'The hours of each day of the week' }),
    closed: z.array(date).max(mostDates).optional().meta({ description: 'Dates on which it is closed' }),
    special: z
      .record(date, ranges)
      .refine((days) => Object.keys(days).length <= mostDates, `must name at most ${mostDates} dates`)
      .optional()
      .meta({
        description: 'Dates with other hours; they go before all else',
        examples: [{ '2026-12-24': [['08:00', '12:00']] }],
      }),
    holidays: z
      .strictObject({
        country: z
          .string()
          .regex(/^[A-Z]{2}$/, 'must be a country of ISO 3166-1, like DE')
          .meta({ description: 'The country', examples: ['DE'] }),
        region: z
          .string()
          .regex(/^[A-Z0-9]{1,3}$/, 'must be the second part of a region of ISO 3166-2, like BY of DE-BY')
          .optional()
          .meta({ description: 'The part of it, when that has holidays of its own', examples: ['BY'] }),
      })
      .nullable()
      .optional()
      .meta({ description: 'Closed on the public holidays of a country' }),
  })
  .refine(
    ({ week, special }) =>
      [...Object.values(week), ...Object.values(special ?? {})].some((list) => list && list.length > 0),
    'must be open at some time: give hours to a day of `week`, or to a date of `special`',
  )

export type CalendarDocument = z.infer<typeof calendarDocument>
