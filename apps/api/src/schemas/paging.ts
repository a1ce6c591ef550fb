import { z } from 'zod'
import { numberInUrl } from './ids.ts'
import { moment } from './moment.ts'

export const limit = numberInUrl(1, 200).default(50).meta({ description: 'How many, 1 to 200; 50 when left out' })

const place = z.object({ scheduledFor: z.date(), id: z.uuid() })
const written = z.tuple([moment, z.uuid()])

/** Where a page of callbacks ends. Opaque to clients: they hand back what they were given. */
export const cursor = z
  .codec(z.string().max(200), place, {
    decode: (text, context) => {
      const read = written.safeParse(parse(Buffer.from(text, 'base64url').toString()))
      if (read.success) return { scheduledFor: read.data[0], id: read.data[1] }
      context.issues.push({ code: 'custom', input: text, message: 'is not a cursor that this API gave out' })
      return z.NEVER
    },
    encode: ({ scheduledFor, id }) =>
      Buffer.from(JSON.stringify(written.encode([scheduledFor, id]))).toString('base64url'),
  })
  .meta({ description: 'Where the page before ended: its `nextCursor`' })

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
