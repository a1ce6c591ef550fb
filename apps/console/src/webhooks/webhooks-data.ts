import { queryOptions, skipToken } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'
import type { DeliverySearch } from './delivery-search.ts'

const deliveriesAtOnce = 50
/** Nobody tells of deliveries: they are asked for. */
const askEveryMs = 3_000

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  staleTime: 0,
  refetchInterval: 10 * askEveryMs,
  queryFn: ({ signal }) => ringback.webhooks.list({ signal }),
})

export function webhookQuery(webhookId: string) {
  return queryOptions({
    queryKey: ['webhook', webhookId],
    staleTime: 0,
    refetchInterval: askEveryMs,
    queryFn: ({ signal }) => ringback.webhooks.get(webhookId, { signal }),
  })
}

export function deliveriesQuery(webhookId: string, { status, cursor }: DeliverySearch) {
  return queryOptions({
    queryKey: ['webhook', webhookId, 'deliveries', status, cursor],
    staleTime: 0,
    refetchInterval: askEveryMs,
    queryFn: ({ signal }) => {
      const asked = { limit: deliveriesAtOnce, ...(status && { status }), ...(cursor !== undefined && { cursor }) }
      return ringback.webhooks.listDeliveries(webhookId, asked, { signal }).first()
    },
  })
}

/**
 * The secret that an answer has just shown, for as long as this page is open: nothing keeps it. Null when the answer was lost on
 * its way, and came again without it.
 */
export function secretQuery(webhookId: string) {
  return queryOptions<string | null>({
    queryKey: ['webhook-secret', webhookId],
    queryFn: skipToken,
    staleTime: Infinity,
  })
}
