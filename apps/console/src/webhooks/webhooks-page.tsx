import type { Webhook } from '@ringback/client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useRouteContext } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { WebhookBadge } from './standing.tsx'
import { Trouble } from './trouble.tsx'
import { WebhookDialog, type WebhookFields } from './webhook-dialog.tsx'
import { secretQuery, webhooksQuery } from './webhooks-data.ts'

/** The other systems that are told of what happens; those in trouble first. */
export function WebhooksPage(): ReactNode {
  const { webhooks: texts, pages } = useMessages()
  useTitle(pages.webhooks)
  const { session } = useRouteContext({ from: '/signed-in' })
  const mayAct = session.role === 'supervisor'
  const { data: webhooks, error, refetch } = useQuery(webhooksQuery)
  const [isAdding, setAdding] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()

  async function add(fields: WebhookFields) {
    const { secret, ...webhook } = await ringback.webhooks.create(fields)
    queries.setQueryData(secretQuery(webhook.id).queryKey, secret)
    await navigate({ to: '/webhooks/$webhookId', params: { webhookId: webhook.id } })
  }

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="flex min-h-9 flex-wrap items-center gap-2">
        <h1 className="me-auto text-xl font-semibold tracking-tight">{pages.webhooks}</h1>
        {mayAct && (
          <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
            {texts.add}
          </Button>
        )}
      </div>
      {!webhooks &&
        (error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-64 rounded-xl" />)}
      {webhooks && (
        <>
          {webhooks
            .filter(({ offReason }) => offReason !== null)
            .map((webhook) => (
              <div key={webhook.id} role="group" aria-label={nameOf(webhook)} className="grid gap-1">
                <p className="text-sm font-medium break-words">{nameOf(webhook)}</p>
                <Trouble webhook={webhook} mayAct={mayAct} />
              </div>
            ))}
          <Panel title={texts.title} count={webhooks.length}>
            {webhooks.length === 0 ? (
              <EmptyState title={texts.none}>{texts.noneHint}</EmptyState>
            ) : (
              <ul className="divide-y divide-line">
                {webhooks.map((webhook) => (
                  <WebhookLine key={webhook.id} webhook={webhook} />
                ))}
              </ul>
            )}
          </Panel>
        </>
      )}
      {isAdding && <WebhookDialog onSave={add} onClose={() => setAdding(false)} />}
    </div>
  )
}

function WebhookLine({ webhook }: { webhook: Webhook }): ReactNode {
  const { webhooks: texts } = useMessages()
  const { id, url, description, eventTypes } = webhook
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-64">
        <Link
          to="/webhooks/$webhookId"
          params={{ webhookId: id }}
          className="font-medium break-words text-accent hover:underline"
        >
          {nameOf(webhook)}
        </Link>
        {description !== null && (
          <span dir="ltr" className="block break-all text-muted rtl:text-end">
            {url}
          </span>
        )}
      </div>
      <span className="text-muted">{eventTypes === null ? texts.allEvents : texts.eventsOf(eventTypes.length)}</span>
      <WebhookBadge webhook={webhook} />
    </li>
  )
}

/** What people call a webhook. */
export function nameOf({ description, url }: Pick<Webhook, 'description' | 'url'>): string {
  return description ?? url
}
