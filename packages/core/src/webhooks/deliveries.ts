import { webhookDeliveries, webhooks, type DeliveryStatus, type Sql, type WebhookDelivery } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { testMessage } from './message.ts'
import { requireFound } from './webhooks.ts'

/** Where a page of deliveries ends. */
export interface DeliveryCursor {
  id: string
}

/**
 * A page of what a webhook was told, the newest first.
 *
 * @throws DomainError `webhook-not-found`
 */
export async function listDeliveries(
  deps: Deps,
  webhookId: string,
  { status, after, limit }: { status?: DeliveryStatus | undefined; after?: DeliveryCursor | undefined; limit: number },
): Promise<{ items: WebhookDelivery[]; next: DeliveryCursor | null }> {
  requireFound(webhookId, await webhooks.get(deps.sql, webhookId))
  const rows = await webhookDeliveries.list(deps.sql, webhookId, { status, before: after?.id, limit: limit + 1 })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { id: last.id } : null }
}

/**
 * Sends a delivery once more, whatever became of it: under the same id, so that a receiver that has it knows it again.
 *
 * @throws DomainError `webhook-not-found`, `webhook-inactive`, `delivery-not-found`
 */
export async function redeliver(
  deps: Deps,
  { webhookId, deliveryId }: { webhookId: string; deliveryId: string },
): Promise<WebhookDelivery> {
  return deps.transact(async ({ sql, now, afterCommit }) => {
    await requireActive(sql, webhookId)
    const delivery = await webhookDeliveries.sendAgain(sql, { id: deliveryId, webhookId }, now)
    if (!delivery) {
      const detail = `Webhook ${webhookId} has no delivery ${deliveryId}; deliveries are kept for a week`
      throw new DomainError('delivery-not-found', detail)
    }
    afterCommit(() => deps.log.info({ webhookId, deliveryId }, 'delivery is sent again'))
    return delivery
  })
}

/**
 * Sends an event of the type `webhook.test`, as everything is sent: the delivery says what came of it.
 *
 * @throws DomainError `webhook-not-found`, `webhook-inactive`
 */
export async function testWebhook(deps: Deps, webhookId: string): Promise<WebhookDelivery> {
  return deps.transact(async ({ sql, now, afterCommit }) => {
    await requireActive(sql, webhookId)
    afterCommit(() => deps.log.info({ webhookId }, 'webhook is tried out'))
    return webhookDeliveries.add(sql, webhookId, testMessage(webhookId, now), now)
  })
}

/** Nothing is sent to one that is switched off. */
async function requireActive(sql: Sql, webhookId: string): Promise<void> {
  const { activeSince } = requireFound(webhookId, await webhooks.get(sql, webhookId))
  if (activeSince === null) {
    throw new DomainError('webhook-inactive', `Webhook ${webhookId} is switched off; switch it on first`)
  }
}
