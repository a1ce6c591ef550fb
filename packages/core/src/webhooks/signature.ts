import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'
const secretBytes = 32

/** A secret as Standard Webhooks 1.0.0 writes it. */
export function newSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64')
}

/** What a receiver knows a message by: the same id each time it is sent, the moment at which it was, and the body. */
export interface SignedMessage {
  id: string
  /** Seconds since 1970. */
  timestamp: number
  body: string
}

/** The headers that go with a message by Standard Webhooks 1.0.0, with a signature for each secret. */
export function signedHeaders(secrets: string[], { id, timestamp, body }: SignedMessage): Record<string, string> {
  const sign = (secret: string) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map(sign).join(' '),
  }
}
