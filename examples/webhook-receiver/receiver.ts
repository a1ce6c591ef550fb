import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { text } from 'node:stream/consumers'

/** An event, as far as everybody needs it; what else `data` holds, the `webhooks` of /openapi.json say. */
export interface Event {
  id: string
  type: string
  version: number
  timestamp: string
  data: { sequence?: string; callbackId?: string } & Record<string, unknown>
}

/** A message that took longer than that, or comes from the future, may be one that somebody has kept. */
const toleranceSeconds = 5 * 60
const mostBytes = 256 * 1024

/**
 * Whether a message is signed by `secret` (`whsec_…`), by Standard Webhooks 1.0.0. It may carry several signatures: while a
 * secret is being replaced, one by each.
 */
export function isSigned(headers: IncomingHttpHeaders, body: string, secret: string, now = Date.now()): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false
  if (!(Math.abs(now / 1_000 - Number(timestamp)) <= toleranceSeconds)) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  return signatures.split(' ').some((signature) => {
    const [version, encoded = ''] = signature.split(',', 2)
    const given = Buffer.from(encoded, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
}

/**
 * A server that takes events: each once, however often it is sent. `take` is to keep what it is given before it returns,
 * together with the id, where a restart does not lose it; a set in memory does here, and nowhere else.
 */
export function receiver(secret: string, take: (event: Event) => Promise<void> | void): Server {
  const taken = new Set<string>()
  return createServer(async (request, response) => {
    const answer = (status: number) => response.writeHead(status).end()
    if (request.method !== 'POST') return answer(405)
    if (Number(request.headers['content-length'] ?? Infinity) > mostBytes) return answer(413)
    try {
      const body = await text(request)
      if (!isSigned(request.headers, body, secret)) return answer(401)
      const event = JSON.parse(body) as Event
      if (!taken.has(event.id)) await take(event)
      taken.add(event.id)
      return answer(204)
    } catch {
      return answer(500) // It is sent again.
    }
  })
}

/** Of two events about one promise, the later one: the digits may be more than a number holds. */
export function isLater(one: Event, other: Event): boolean {
  return BigInt(one.data.sequence ?? 0) > BigInt(other.data.sequence ?? 0)
}
