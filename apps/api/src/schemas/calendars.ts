import { calendarDocument, type CalendarSource } from '@ringback/core'
import { z } from 'zod'
import { updatedAt } from './moment.ts'

const calendarId = z
  .string()
  .regex(
    /^(?:law:)?[a-z][a-z0-9_-]{0,39}$/,
    'must begin with a letter and hold small letters, digits, - and _, 40 at most',
  )
  .meta({ description: 'The calendar; those that begin with `law:` come with Ringback', examples: ['support-hours'] })

export const calendarParams = z.strictObject({ calendarId })

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
