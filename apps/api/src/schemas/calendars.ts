import { calendarDocument, timeZone, type CalendarSource } from '@ringback/core'
import { z } from 'zod'
import { numberInUrl } from './ids.ts'
import { moment, updatedAt } from './moment.ts'

const calendarId = z
  .string()
  .regex(
    /^(?:law:)?[a-z][a-z0-9_-]{0,39}$/,
    'must begin with a letter and hold small letters, digits, - and _, 40 at most',
  )
  .meta({ description: 'The calendar; those that begin with `law:` come with Ringback', examples: ['support-hours'] })

export const calendarParams = z.strictObject({ calendarId })

/** Loose, since a request has many more headers. */
export const ifCalendarMatches = z.looseObject({
  'if-match': z
    .string()
    .transform((etag) => etag.replace(/^"(.*)"$/, '$1'))
    .pipe(moment)
    .optional()
    .meta({
      format: 'date-time',
      description:
        'The `ETag` of the calendar that is to be replaced, when it last changed; without it, whatever there is',
    }),
})

export const putCalendarBody = calendarDocument.meta({
  id: 'CalendarDocument',
  examples: [
    {
      timeZone: 'Europe/Berlin',
      week: {
        mon: [['08:00', '20:00']],
        fri: [
          ['08:00', '12:00'],
          ['13:00', '18:00'],
        ],
      },
      closed: ['2026-12-24'],
      special: { '2026-12-31': [['08:00', '12:00']] },
      holidays: { country: 'DE', region: 'BY' },
    },
  ],
})

const source = z
  .object({
    rule: z.string().meta({ description: 'The rule, and what must be known of it' }),
    url: z.string().meta({ description: 'Where it was read' }),
    checkedOn: z.string().meta({ description: 'The date on which it was' }),
    notice: z.string().meta({ description: 'What it is not: legal advice' }),
  } satisfies Record<keyof CalendarSource, z.ZodType>)
  .meta({ id: 'CalendarSource', description: 'Where the hours of a calendar come from' })

const { shape } = calendarDocument

export const calendar = z
  .object({
    id: calendarId,
    timeZone: z.string().nullable().meta({ description: 'Where it is read; null = where the customer is' }),
    week: shape.week,
    closed: z.array(z.string()).meta({ description: 'Dates on which it is closed' }),
    special: shape.special.unwrap().meta({ description: 'Dates with other hours' }),
    holidays: shape.holidays.unwrap().meta({ description: 'Closed on the public holidays of a country' }),
    holidayDates: z
      .array(z.string())
      .meta({ description: 'The dates of these holidays: of the year at hand and two more. It is closed on them' }),
    source: source.nullable().meta({ description: 'Of one that comes with Ringback' }),
    updatedAt,
  })
  .meta({ id: 'Calendar', description: 'When days are open' })

export const calendarYearQuery = z.strictObject({
  year: numberInUrl(1971, 2199).optional().meta({ description: 'The year; the one at hand when left out' }),
  timeZone: timeZone.default('UTC').meta({
    description: 'By whose clocks a calendar without a zone is read, IANA; UTC when left out',
  }),
})

const localMinute = (when: string) => z.string().meta({ description: when, examples: ['2026-03-29T02:00'] })

export const calendarYear = z
  .object({
    calendarId,
    year: z.int().meta({ description: 'The year' }),
    timeZone: z.string().meta({ description: 'By whose clocks' }),
    holidaysKnown: z.boolean().meta({
      description: 'False when it closes on public holidays, and those of this year are not known (see `holidayDates`)',
    }),
    days: z
      .array(
        z
          .object({
            date: z.string().meta({ description: 'The day', examples: ['2026-12-24'] }),
            reason: z.enum(['week', 'closed', 'holiday', 'special']).meta({
              description: 'What of the calendar says when it is open: the `week`, or an exception to it',
            }),
            hours: z
              .array(z.tuple([z.string(), z.string()]))
              .meta({ description: 'When it is open by the clock on the wall; none = closed' }),
            openMinutes: z.number().meta({
              description:
                'How long that is in truth: what the clocks skip is not there, what they show twice is twice',
            }),
          })
          .meta({ id: 'CalendarDay' }),
      )
      .meta({ description: 'Every day of the year, in order' }),
    clockChanges: z
      .array(
        z
          .object({
            at: moment.meta({ description: 'When the clocks are moved' }),
            from: localMinute('What they would have shown then'),
            to: localMinute('What they show'),
          })
          .meta({ id: 'ClockChange' }),
      )
      .meta({ description: 'When the clocks of the zone are moved in this year, in order' }),
  })
  .meta({ id: 'CalendarYear', description: 'What follows from a calendar, day by day' })
