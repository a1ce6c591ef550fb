import type { Readable } from 'node:stream'
import { eventSchemas, eventTypes } from '@ringback/core'
import { z } from 'zod'
import { agentIdInUrl, callbackId, queueType, userId } from './ids.ts'
import { moment } from './moment.ts'

const types = z
  .string()
  .max(2_000)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum([...eventTypes, 'queue.depth'])))
  .optional()
  .meta({ description: 'Only events of these types, separated by commas; all when left out' })

export const eventsQuery = z.strictObject({
  types,
  agentId: agentIdInUrl
    .optional()
    .meta({ description: 'Only what concerns this agent; an agent hears of itself only' }),
  userId: userId.optional().meta({ description: 'Only what is about this user' }),
  callbackId: callbackId.optional().meta({ description: 'Only what is about this callback' }),
})

export const eventsHeaders = z.object({
  'last-event-id': z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'The `id` that came last: what was missed since then is told first' }),
})

/** An event of the log, by its type. */
const loggedEvent = z
  .discriminatedUnion('type', Object.values(eventSchemas) as never)
  .meta({ id: 'RingbackEvent', description: 'Something that happened' })

const queueDepth = z
  .object({
    queues: z
      .array(z.object({ queueType, claimable: z.int().meta({ description: 'Entries that may be claimed now' }) }))
      .meta({ description: 'By name; queues without any are left out' }),
  })
  .meta({
    id: 'QueueDepth',
    description: 'The data of `queue.depth`: how much there is to claim; for an agent, what it may have itself',
  })

const reset = z
  .object({
    reason: z.enum(['start', 'gap']).meta({
      description: '`start`: the stream begins here; `gap`: it was not told of all that happened since the last id',
    }),
    now: moment.meta({ description: 'The time of the server' }),
  })
  .meta({
    id: 'StreamReset',
    description: 'The data of `reset`: whatever is known may be old, and is to be fetched anew',
  })

/** A declared success that is a stream of server-sent events: the data of each is one of these. */
export function answersEvents(description: string) {
  const schema = z.union([loggedEvent, queueDepth, reset]) as z.ZodType as z.ZodType<Readable>
  return { description, content: { 'text/event-stream': { schema } } }
}
