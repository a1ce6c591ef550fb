import { inTransaction, webhookDeliveries, webhooks, type WebhookDelivery, type WebhookOffReason } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { nextAttemptAfterMs, switchedOffAfterMs, type AttemptResult } from './attempts.ts'

/** A delivery that was sent. */
type Sent = Pick<WebhookDelivery, 'id' | 'webhookId' | 'attempts'>

/**
 * Writes down what came of sending a delivery. One that failed is tried again later; a receiver that is gone, or that has
 * taken nothing for three days, is switched off.
 *
 * Nobody is woken by it: it stands in no log and no lane.
 */
export async function settleDelivery(
  { sql: pool, deps }: Pick<Engine, 'sql' | 'deps'>,
  sent: Sent,
  result: AttemptResult,
): Promise<void> {
  const now = deps.clock.now()
  deps.telemetry.count('ringback_webhook_attempts_total', { result: result.kind })
  if (result.kind === 'delivered') {
    await webhookDeliveries.noteDelivered(pool, sent.id, result.status, now)
    return
  }
  const off = await inTransaction(pool, async (sql): Promise<WebhookOffReason | undefined> => {
    await webhookDeliveries.noteFailed(sql, sent, failureOf(sent, result, now))
    await webhooks.noteFailure(sql, sent.webhookId, now)
    const reason = result.kind === 'gone' ? 'gone' : 'failing'
    const failingBefore = addMilliseconds(now, -switchedOffAfterMs)
    const isOff = await webhooks.switchOff(
      sql,
      sent.webhookId,
      result.kind === 'gone' ? { reason } : { reason, failingBefore },
      now,
    )
    return isOff ? reason : undefined
  })
  if (off) deps.log.warn({ webhookId: sent.webhookId, reason: off }, 'webhook switched off')
}

function failureOf({ attempts }: Sent, result: Exclude<AttemptResult, { kind: 'delivered' }>, now: Date) {
  if (result.kind === 'gone') {
    return { nextAttemptAt: null, lastStatus: result.status, lastError: 'answered 410: it is gone' }
  }
  const waitMs = nextAttemptAfterMs(attempts, result.retryAfterMs)
  return {
    nextAttemptAt: waitMs === null ? null : addMilliseconds(now, waitMs),
    lastStatus: result.status,
    lastError: result.error,
  }
}
