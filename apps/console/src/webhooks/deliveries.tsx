import type { Webhook, WebhookDelivery, WebhookDeliveryStatus } from '@ringback/client'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button, buttonClass } from '../shared/ui/button.tsx'
import { Failure, whatFailed } from '../shared/ui/failure.tsx'
import { Select } from '../shared/ui/fields.tsx'
import { Moment } from '../shared/ui/moment.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { toast } from '../shared/ui/toasts.tsx'
import { statuses } from './delivery-search.ts'
import { wordsForEvent } from './event-types.ts'
import { DeliveryBadge } from './standing.tsx'
import { refresh } from './trouble.tsx'
import { deliveriesQuery } from './webhooks-data.ts'

const from = '/signed-in/webhooks/$webhookId'

/** What a webhook was told in the last week, the newest first, and what its receiver answered. */
export function Deliveries({ webhook, mayAct }: { webhook: Webhook; mayAct: boolean }): ReactNode {
  const { webhooks: texts } = useMessages()
  const search = useSearch({ from })
  const navigate = useNavigate({ from: '/webhooks/$webhookId' })
  const { data, error, refetch } = useQuery({
    ...deliveriesQuery(webhook.id, search),
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <Panel title={texts.deliveries}>
        <div className="max-w-64 px-4 py-3">
          <Select
            label={texts.status}
            value={search.status ?? ''}
            onChange={({ target }) =>
              void navigate({ search: { status: (target.value || undefined) as WebhookDeliveryStatus | undefined } })
            }
          >
            <option value="">{texts.allStatuses}</option>
            {statuses.map((status) => (
              <option key={status} value={status}>
                {texts.statuses[status]}
              </option>
            ))}
          </Select>
        </div>
        {!data && !error && <Skeleton className="m-4 h-48" />}
        {data?.items.length === 0 && <EmptyState title={texts.noDeliveries}>{texts.noDeliveriesHint}</EmptyState>}
        {data && data.items.length > 0 && (
          <ul aria-label={texts.deliveries} className="divide-y divide-line border-t border-line">
            {data.items.map((delivery) => (
              <DeliveryLine key={delivery.id} delivery={delivery} maySend={mayAct && webhook.isActive} />
            ))}
          </ul>
        )}
      </Panel>
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      <nav aria-label={texts.pages} className="flex justify-between gap-2 empty:hidden">
        {search.cursor !== undefined && (
          <Button onClick={() => void navigate({ search: { status: search.status } })}>{texts.newest}</Button>
        )}
        {data?.nextCursor != null && (
          <Link
            from="/webhooks/$webhookId"
            to="."
            search={{ ...search, cursor: data.nextCursor }}
            className={`${buttonClass()} ms-auto`}
          >
            {texts.older}
          </Link>
        )}
      </nav>
    </>
  )
}

function DeliveryLine({ delivery, maySend }: { delivery: WebhookDelivery; maySend: boolean }): ReactNode {
  const messages = useMessages()
  const { webhooks: texts } = messages
  const queries = useQueryClient()
  const { id, webhookId, eventId, type, createdAt, attempts, lastStatus, lastError, nextAttemptAt } = delivery
  const sendAgain = useMutation({
    mutationFn: () => ringback.webhooks.redeliverTo(webhookId, id),
    onSuccess: () => toast({ text: texts.done.again, tone: 'good' }),
    onError: (error) => toast({ text: whatFailed(messages, error), tone: 'bad' }),
    onSettled: () => refresh(queries),
  })
  return (
    <li className="grid items-start gap-x-4 gap-y-1 px-4 py-3 text-sm sm:grid-cols-[minmax(0,3fr)_minmax(0,4fr)_auto]">
      <div className="min-w-0">
        <p className="font-medium">{wordsForEvent(type, messages)}</p>
        <p className="text-muted">
          <Moment at={createdAt} /> ·{' '}
          <span dir="ltr" className="font-mono text-xs break-all select-all">
            {eventId}
          </span>
        </p>
      </div>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <DeliveryBadge delivery={delivery} />
          <span className="text-muted">{texts.attempts(attempts)}</span>
          {lastStatus !== null && <span className="text-muted">{texts.answered(lastStatus)}</span>}
        </p>
        {nextAttemptAt !== null && attempts > 0 && (
          <p className="mt-1 text-muted">
            {texts.nextAttempt} <Moment at={nextAttemptAt} className="font-medium text-ink" />
          </p>
        )}
        {lastError !== null && lastError !== `answered ${lastStatus}` && (
          // As the worker noted it, where it says more than the answer.
          <p dir="ltr" lang="en" className="mt-1 break-words text-muted">
            {lastError}
          </p>
        )}
      </div>
      {maySend && (
        <Button look="quiet" icon="back" busy={sendAgain.isPending} onClick={() => sendAgain.mutate()}>
          {texts.again}
        </Button>
      )}
    </li>
  )
}
