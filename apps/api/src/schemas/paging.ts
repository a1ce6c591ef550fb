import { z } from 'zod'
import { deliveryId, eventId, numberInUrl, userId } from './ids.ts'
import { moment } from './moment.ts'

export const limit = numberInUrl(1, 200).default(50).meta({ description: 'How many, 1 to 200; 50 when left out' })

/** Where a page ends. Opaque to clients: they hand back what they were given. */
function cursorOf<Place extends z.ZodType>(place: Place) {
  return (
    z
      // What is too long is not looked at any further, nor is what it belongs to.
      .codec(z.string().max(200, { abort: true }), z.custom<z.output<Place>>(), {
        decode: (text, context) => {
          const read = place.safeParse(parse(Buffer.from(text, 'base64url').toString()))
          if (read.success) return read.data
          context.issues.push({ code: 'custom', input: text, message: 'is not a cursor that this API gave out' })
          return z.NEVER
        },
        encode: (end) => Buffer.from(JSON.stringify(place.encode(end))).toString('base64url'),
      })
      .meta({ description: 'Where the page before ended: its `nextCursor`' })
  )
}

export const callbackCursor = cursorOf(z.strictObject({ scheduledFor: moment, id: z.uuid() }))
export const userCursor = cursorOf(z.strictObject({ id: userId }))
/** Of a list that goes by either time. */
export const callbacksCursor = cursorOf(
  z.union([
    z.strictObject({ scheduledFor: moment, id: z.uuid() }),
    z.strictObject({ updatedAt: moment, id: z.uuid() }),
  ]),
)
export const callCursor = cursorOf(z.strictObject({ startedAt: moment, id: z.uuid() }))
export const blockCursor = cursorOf(z.strictObject({ subject: z.string().max(40) }))
export const eventCursor = cursorOf(z.strictObject({ id: eventId }))
export const deliveryCursor = cursorOf(z.strictObject({ id: deliveryId }))

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
