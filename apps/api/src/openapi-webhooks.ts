import { eventDescriptions, eventSchemas, eventTypes, testEventSchema } from '@ringback/core'
import { z } from 'zod'
import type { OpenApiDocument } from './openapi-tidy.ts'

/** What Standard Webhooks 1.0.0 asks of every message. */
const headers = {
  'webhook-id': 'The event: the same each time that it is sent, by which one that came twice is known',
  'webhook-timestamp': 'Seconds since 1970: when it was sent. Take none that is minutes old',
  'webhook-signature':
    '`v1,` and the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}` in base64, by the secret; several with a space between them while a secret is being replaced',
}

const answers = {
  '2XX': { description: 'It is taken. Answer within 15 seconds, and do the work afterwards' },
  '410': { description: 'There is nobody here any more: the webhook is switched off' },
  default: { description: 'It is sent again later, nine times within three days. Redirects are not followed' },
}

/** Adds what webhooks are sent, an entry for each type of event. */
export function withWebhooks(document: OpenApiDocument): OpenApiDocument {
  const events = eventTypes.map((type) => [type, eventSchemas[type], eventDescriptions[type]] as const)
  const test = ['webhook.test', testEventSchema, 'Somebody tries out the webhook'] as const
  const webhooks = [...events, test].map(([type, schema, summary]) => [type, sent(schema, summary)])
  return { ...document, webhooks: Object.fromEntries(webhooks) }
}

function sent(schema: z.ZodType, summary: string) {
  const { id } = z.globalRegistry.get(schema) as { id: string }
  return {
    post: {
      summary,
      tags: ['Webhooks'],
      security: [],
      parameters: Object.entries(headers).map(([name, description]) => ({
        in: 'header',
        name,
        required: true,
        description,
        schema: { type: 'string' },
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${id}` } } },
      },
      responses: answers,
    },
  }
}
