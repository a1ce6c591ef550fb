import { addMilliseconds, fanOut, settleDelivery, signedHeaders, type Engine, type AttemptResult } from '@ringback/core'
import { webhookDeliveries } from '@ringback/db'
import { oneAtATime } from './one-at-a-time.ts'
import { post, PostAborted, type PostOptions } from './post.ts'

export interface WebhookSender {
  /**
   * Tells the webhooks what has happened, as far as there is room: returns when all is written down and on its way, with what
   * was done since the last time.
   */
  tell(): Promise<{ events: number; sent: number }>
  /** Something was committed. While no webhook is on there is nothing to do. */
  wake: () => void
  /** Ends what is on its way soon, so that others send it, and sends no more. */
  close(): Promise<void>
}

const poolSize = 2
const perWebhook = 8
const mostOnTheirWay = 256
const timeoutMs = 15_000
/** Longer than sending takes, and writing down what came of it. */
const leaseMs = 45_000
/** What has not been answered by then is ended when the worker stops, and sent again by another one. */
const closeWithinMs = 2_000

/**
 * Sends what webhooks are told. Postgres holds what is due, and workers take it for a while: what a worker that died had on
 * its way is taken by another one, and sent once more under the same id.
 *
 * To each webhook a few are on their way at a time, and one to a webhook that failed last: a receiver that hangs takes the
 * time of nobody else.
 */
export function webhookSender(engine: Engine, options: Pick<PostOptions, 'resolve'> = {}): WebhookSender {
  const { deps } = engine
  const { clock, log } = deps
  // Of its own, so that routing waits for none of it.
  const sql = engine.openPool({ max: poolSize, applicationName: 'ringback-webhooks' })
  const { webhookAllowPrivate: isPrivateAllowed } = deps.rules
  const postOptions = { ...options, isPrivateAllowed, timeoutMs, now: () => clock.now() }
  const stopping = new AbortController()
  const onTheirWay = new Map<string, number>()
  const sendings = new Set<Promise<void>>()
  let isAnyActive = true
  let figures = { events: 0, sent: 0 }
  let isClosed = false

  const read = oneAtATime(async () => {
    if (isClosed) return
    const page = await fanOut({ sql, deps })
    ;({ isAnyActive } = page)
    figures.events += page.events
    await takeDue()
    if (page.isBehind) void read() // Once more, by whoever waits for this.
  })

  const takeDue = oneAtATime(async () => {
    const limit = mostOnTheirWay - sendings.size
    if (isClosed || limit <= 0) return
    const now = clock.now()
    const taking = { limit, perWebhook, onTheirWay, leaseUntil: addMilliseconds(now, leaseMs) }
    for (const delivery of await webhookDeliveries.take(sql, taking, now)) begin(delivery)
  })

  function begin(delivery: webhookDeliveries.TakenDelivery): void {
    const { webhookId } = delivery
    figures.sent += 1
    onTheirWay.set(webhookId, (onTheirWay.get(webhookId) ?? 0) + 1)
    const sending = deliver(delivery)
      .catch((error: unknown) => log.warn({ webhookId, deliveryId: delivery.id, err: error }, 'delivery not settled'))
      .finally(() => {
        sendings.delete(sending)
        const left = onTheirWay.get(webhookId)! - 1
        if (left === 0) onTheirWay.delete(webhookId)
        else onTheirWay.set(webhookId, left)
        if (!isClosed)
          takeDue().catch((error: Error) => log.debug({ reason: error.message }, 'nothing more could be taken'))
      })
    sendings.add(sending)
  }

  async function deliver(delivery: webhookDeliveries.TakenDelivery): Promise<void> {
    const { id, webhookId, eventId, body, attempts, url, secrets } = delivery
    const began = performance.now()
    let result: AttemptResult
    try {
      const timestamp = Math.floor(clock.now().getTime() / 1_000)
      const headers = signedHeaders(secrets, { id: eventId, timestamp, body })
      result = await post({ url, headers, body }, postOptions, stopping.signal)
    } catch (error) {
      if (!(error instanceof PostAborted)) throw error
      await webhookDeliveries.giveBack(sql, delivery, clock.now())
      return
    }
    const { kind, ...came } = result
    const line = { webhookId, deliveryId: id, attempts, durationMs: Math.round(performance.now() - began), ...came }
    log.debug(line, kind === 'delivered' ? 'webhook told' : 'webhook not told')
    await settleDelivery({ sql, deps }, { id, webhookId, attempts }, result)
  }

  return {
    async tell() {
      await read()
      await takeDue()
      const told = figures
      figures = { events: 0, sent: 0 }
      return told
    },
    wake() {
      if (isAnyActive && !isClosed) {
        read().catch((error: Error) => log.debug({ reason: error.message }, 'webhooks could not be told'))
      }
    },
    async close() {
      isClosed = true
      await Promise.allSettled([read(), takeDue()])
      const timer = setTimeout(() => stopping.abort(), closeWithinMs)
      await Promise.all(sendings)
      clearTimeout(timer)
      await sql.end({ timeout: 1 })
    },
  }
}
