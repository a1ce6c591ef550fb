import { latestMoment } from '@ringback/core'
import { z } from 'zod'

/**
 * A moment: on the wire ISO 8601 with an offset, in UTC when we write it; a `Date` in code. From 1970 to 9999, which is
 * what the lanes can order and ISO 8601 can write with four digits.
 */
export const moment = z
  .codec(
    z.iso.datetime({ offset: true, error: 'must be a time like 2026-11-23T15:00:00+02:00' }),
    z.date().min(new Date(0), 'must not be before 1970').max(latestMoment, 'must not be after 9999'),
    { decode: (text) => new Date(text), encode: (date) => date.toISOString() },
  )
  .meta({ description: 'ISO 8601 with an offset; UTC in answers', examples: ['2026-11-23T15:00:00.000Z'] })
