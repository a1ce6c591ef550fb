import type { WebhookDeliveryStatus } from '@ringback/client'

/** What the address of a webhook says of its deliveries. */
export interface DeliverySearch {
  status?: WebhookDeliveryStatus | undefined
  cursor?: string | undefined
}

export const statuses: readonly WebhookDeliveryStatus[] = ['pending', 'delivered', 'failed']

/** Reads an address; what it says that means nothing is left out. */
export function deliverySearch({ status, cursor }: Record<string, unknown>): DeliverySearch {
  return {
    status: statuses.find((one) => one === status),
    cursor: typeof cursor === 'string' || typeof cursor === 'number' ? String(cursor) : undefined,
  }
}
