import { queueTypePattern } from '@ringback/db'
import { z } from 'zod'

const maxInt8 = '9223372036854775807'
const maxInt4 = 2_147_483_647

/** A positive 64-bit integer as a string of digits: JSON numbers are exact only up to 2^53. */
const digits = z
  .string()
  .regex(/^[1-9]\d{0,18}$/, `must be a string of digits, 1 to ${maxInt8}`)
  .refine((value) => value.length < maxInt8.length || value <= maxInt8, `must be at most ${maxInt8}`)

export const userId = digits.meta({ description: 'The user, as a string of digits', examples: ['1001'] })
/** Requests may also give a user as a safe integer. */
export const userIdInput = z
  .union([userId, z.int().min(1).transform(String)])
  .meta({ description: 'The user: a string of digits, or a safe integer', examples: ['1001', 1001] })
export const eventId = digits.meta({ description: 'The event, as a string of digits', examples: ['42'] })
export const deliveryId = digits.meta({ description: 'The delivery, as a string of digits', examples: ['42'] })
export const queueEntryId = digits.meta({ description: 'The queue entry, as a string of digits', examples: ['42'] })

export const agentId = z
  .int()
  .min(1)
  .max(maxInt4)
  .meta({ description: 'The agent', examples: [7] })
export const callbackId = z.uuid().meta({ description: 'The callback' })
export const callSessionId = z.uuid().meta({ description: 'The call session' })
export const queueType = z
  .string()
  .regex(
    new RegExp(queueTypePattern),
    'must be the name of a queue: a lower-case letter, then up to 39 of a-z, 0-9 and _',
  )
  .meta({
    id: 'QueueType',
    description:
      'One of the queues that there are (`GET /api/queues`). `unsigned_users`, for users whose signature is missing, and `outstanding_requests`, for all else that is to be worked off, are there from the start; all work alike',
    examples: ['outstanding_requests'],
  })

/** A whole number in a path or a query string. */
export function numberInUrl(min: number, max: number) {
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,9})$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
}

/** `true` or `false` in a query string. */
export const flagInUrl = z
  .string()
  .regex(/^(?:true|false)$/, 'must be true or false')
  .transform((text) => text === 'true')
  .pipe(z.boolean())

export const agentIdInUrl = numberInUrl(1, maxInt4).meta({ description: 'The agent' })
