import { eventTypes as allEventTypes } from '@ringback/core'
import { deliveryStatuses, webhookOffReasons } from '@ringback/db'
import { z } from 'zod'
import { deliveryId } from './ids.ts'
import { createdAt, moment, updatedAt } from './moment.ts'
import { deliveryCursor, limit } from './paging.ts'
import { line, orNone } from './text.ts'

const webhookId = z.uuid().meta({ description: 'The webhook' })
const url = line(2_000).meta({
  description: 'Where events are posted to: https, and no private address',
  examples: ['https://crm.example.com/ringback'],
})
const eventTypes = z
  .array(z.enum(allEventTypes))
  .min(1)
  .max(allEventTypes.length)
  .transform((types) => [...new Set(types)])
  .nullable()
  .meta({
    description: 'The types of events that it is told of; null for all',
    examples: [['callback.scheduled', 'callback.completed']],
  })
const description = orNone(line(200)).meta({ description: 'What it is for, in your own words' })
const isActive = z.boolean().meta({ description: 'Whether it is switched on' })
const secret = z
  .string()
  .nullable()
  .meta({
    description:
      'What signs all that is sent to it (Standard Webhooks). It is shown this one time: null in the same answer again, by its `Idempotency-Key`',
    examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  })

export const webhookParams = z.strictObject({ webhookId })
export const deliveryParams = z.strictObject({ webhookId, deliveryId })

export const newWebhookBody = z
  .strictObject({
    url,
    eventTypes: eventTypes.default(null),
    description: description.default(null),
    isActive: isActive.default(true),
  })
  .meta({ id: 'NewWebhook' })

export const webhookChanges = z
  .strictObject({
    url: url.optional(),
    eventTypes: eventTypes.optional(),
    description: description.optional(),
    isActive: isActive.optional(),
  })
  .meta({ id: 'WebhookChanges', description: 'What is left out stays as it is' })

const fields = {
  id: webhookId,
  url: z.string().meta({ description: 'Where events are posted to' }),
  eventTypes: z.array(z.string()).nullable().meta({ description: 'What it is told of; null for all' }),
  description: z.string().nullable().meta({ description: 'What it is for' }),
  isActive,
  offReason: z.enum(webhookOffReasons).nullable().meta({
    description:
      'Why the engine switched it off: its receiver answered that it is gone (410), or took nothing for three days. Null when it did not',
  }),
  failingSince: moment
    .nullable()
    .meta({ description: 'When its receiver failed first since it last took something; null when it did not fail' }),
  previousUntil: moment
    .nullable()
    .meta({ description: 'Until when the secret before signs along; null when there was none' }),
  createdAt,
  updatedAt,
}

export const webhook = z.object(fields).meta({ id: 'Webhook', description: 'Another system that is told' })
export const webhookWithSecret = z
  .object({ ...fields, secret })
  .meta({ id: 'WebhookWithSecret', description: 'A webhook, and its secret' })

export const webhookDelivery = z
  .object({
    id: deliveryId,
    webhookId,
    eventId: z.string().meta({ description: 'The event: `webhook-id` of the message, the same each time it is sent' }),
    type: z.string().meta({ description: 'The type of the event' }),
    status: z.enum(deliveryStatuses).meta({ description: '`pending`: on its way, or tried again' }),
    attempts: z.int().meta({ description: 'How often it was sent' }),
    nextAttemptAt: moment.nullable().meta({ description: 'When it is sent next; null when it is settled' }),
    lastStatus: z.int().nullable().meta({ description: 'What was answered last; null without an answer' }),
    lastError: z.string().nullable().meta({ description: 'What went wrong last; null when nothing did' }),
    deliveredAt: moment.nullable().meta({ description: 'When its receiver took it' }),
    createdAt,
  })
  .meta({ id: 'WebhookDelivery', description: 'One event that a webhook is told' })

export const deliveriesQuery = z.strictObject({
  status: z.enum(deliveryStatuses).optional().meta({ description: 'Only those of this status' }),
  limit,
  cursor: deliveryCursor.optional(),
})
export const deliveryPage = z
  .object({
    items: z.array(webhookDelivery).meta({ description: 'The newest first' }),
    nextCursor: deliveryCursor.nullable().meta({ description: 'Where the next page begins; null at the end' }),
  })
  .meta({ id: 'WebhookDeliveryPage' })
