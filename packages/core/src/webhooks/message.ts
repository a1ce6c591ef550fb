import { randomUUID } from 'node:crypto'
import type { webhookDeliveries } from '@ringback/db'
import { z } from 'zod'
import { eventVersion, type RingbackEvent } from '../events/catalogue.ts'
import type { ToldEvent } from '../events/read-log.ts'

/** An event of the log as it is sent: what the stream of events has, byte by byte the same to everybody. */
export function messageOf({ event, place }: ToldEvent): webhookDeliveries.Message {
  return { eventId: event.id, type: event.type, userId: userIn(event), body: JSON.stringify(event), at: place.at }
}

function userIn({ data }: RingbackEvent): string | null {
  return 'userId' in data ? data.userId : null
}

/** What a webhook is sent that somebody tries out. It stands in no log. */
export const testEventSchema = z
  .object({
    id: z.string().meta({ description: 'Another one each time' }),
    type: z.literal('webhook.test').meta({ description: 'What it is' }),
    version: z.literal(eventVersion).meta({ description: 'Of the events of Ringback' }),
    timestamp: z.iso.datetime().meta({ description: 'When somebody asked for it' }),
    data: z
      .strictObject({ webhookId: z.uuid().meta({ description: 'The webhook' }) })
      .meta({ description: 'What it is about' }),
  })
  .meta({ id: 'Event_webhook_test', description: 'Somebody tries out the webhook: nothing has happened' })

/** A message by which a webhook is tried out. */
export function testMessage(webhookId: string, now: Date): Omit<webhookDeliveries.Message, 'at' | 'userId'> {
  const event: z.infer<typeof testEventSchema> = {
    id: `test-${randomUUID()}`,
    type: 'webhook.test',
    version: eventVersion,
    timestamp: now.toISOString(),
    data: { webhookId },
  }
  return { eventId: event.id, type: event.type, body: JSON.stringify(event) }
}
