import { z } from 'zod'
import { problem } from './problem.ts'

/** So many rows one request may have. */
export const mostRows = 5_000

/** Rows of a kind, each of which is looked at by itself. */
export function bulkBody<Row extends z.ZodType>(row: Row) {
  return z.strictObject({
    items: z
      .array(row)
      .min(1)
      .max(mostRows)
      .meta({ description: `The rows, at most ${mostRows}` }),
  })
}

/** What such a body must be whatever its rows are. */
export const anyRows = bulkBody(z.unknown())

export const bulkResults = z
  .object({
    results: z
      .array(
        z
          .object({
            index: z.int().min(0).meta({ description: 'Which row, from 0' }),
            status: z.enum(['created', 'updated', 'existing', 'refused']).meta({
              description:
                '`created` is new, `updated` was there and is written, `existing` was there and stands as it is, `refused` changed nothing',
            }),
            id: z
              .string()
              .optional()
              .meta({ description: 'What it is known by: `userId` of a user, `id` of a callback' }),
            problem: problem.omit({ instance: true }).optional().meta({ description: 'Why it was refused' }),
          })
          .meta({ id: 'RowResult', description: 'What became of a row' }),
      )
      .meta({ description: 'One for each row, in their order' }),
  })
  .meta({ id: 'BulkResults' })
