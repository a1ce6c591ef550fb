import type { Webhook, WebhookDelivery } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Badge } from '../shared/ui/badge.tsx'

/** How a webhook stands, in a word or two. */
export function WebhookBadge({ webhook: { isActive, offReason, failingSince } }: { webhook: Webhook }): ReactNode {
  const { webhooks: texts } = useMessages()
  if (offReason !== null) {
    return (
      <Badge tone="late" icon="alert">
        {texts.standings.off}
      </Badge>
    )
  }
  if (!isActive) return <Badge icon="clock">{texts.standings.paused}</Badge>
  if (failingSince !== null) {
    return (
      <Badge tone="warn" icon="alert">
        {texts.standings.failing}
      </Badge>
    )
  }
  return (
    <Badge tone="good" icon="check">
      {texts.standings.on}
    </Badge>
  )
}

export function DeliveryBadge({ delivery: { status, attempts } }: { delivery: WebhookDelivery }): ReactNode {
  const { webhooks: texts } = useMessages()
  if (status === 'delivered') {
    return (
      <Badge tone="good" icon="check">
        {texts.statuses.delivered}
      </Badge>
    )
  }
  if (status === 'failed') {
    return (
      <Badge tone="late" icon="cross">
        {texts.statuses.failed}
      </Badge>
    )
  }
  return (
    <Badge tone={attempts === 0 ? 'accent' : 'warn'} icon="clock">
      {texts.statuses.pending}
    </Badge>
  )
}
