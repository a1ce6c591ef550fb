import type { Webhook } from '@ringback/client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useRouteContext } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { useMessages } from '../shared/messages/index.ts'
import { serverNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { Button } from '../shared/ui/button.tsx'
import { ConfirmDialog } from '../shared/ui/confirm-dialog.tsx'
import { Failure, whatFailed } from '../shared/ui/failure.tsx'
import { Moment } from '../shared/ui/moment.tsx'
import { Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { toast } from '../shared/ui/toasts.tsx'
import { useTitle } from '../shared/use-title.ts'
import { Deliveries } from './deliveries.tsx'
import { wordsForEvent } from './event-types.ts'
import { ShownSecret } from './secret.tsx'
import { WebhookBadge } from './standing.tsx'
import { refresh, Trouble, useSwitch } from './trouble.tsx'
import { WebhookDialog, type WebhookFields } from './webhook-dialog.tsx'
import { secretQuery, webhookQuery } from './webhooks-data.ts'
import { nameOf } from './webhooks-page.tsx'

/** A webhook: how it stands, what it is told of, and what became of each message. */
export function WebhookPage(): ReactNode {
  const { webhooks: texts, pages } = useMessages()
  const { webhookId } = useParams({ from: '/signed-in/webhooks/$webhookId' })
  const { session } = useRouteContext({ from: '/signed-in' })
  const mayAct = session.role === 'supervisor'
  const { data: webhook, error, refetch } = useQuery(webhookQuery(webhookId))
  const name = webhook ? nameOf(webhook) : pages.webhooks
  useTitle(name)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="grid gap-1">
        <Link to="/webhooks" className="justify-self-start text-sm text-accent hover:underline">
          {texts.back}
        </Link>
        <h1 className="flex flex-wrap items-center gap-3 text-xl font-semibold tracking-tight">
          <span className="min-w-0 break-words">{name}</span>
          {webhook && <WebhookBadge webhook={webhook} />}
        </h1>
      </div>
      {webhook && (
        <>
          <ShownSecret webhookId={webhook.id} />
          <Trouble webhook={webhook} mayAct={mayAct} />
          <Facts webhook={webhook} />
          {mayAct && <Actions webhook={webhook} />}
          <Deliveries webhook={webhook} mayAct={mayAct} />
        </>
      )}
      {!webhook &&
        (error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-96 rounded-xl" />)}
    </div>
  )
}

function Facts({ webhook: { url, eventTypes, previousUntil, createdAt } }: { webhook: Webhook }): ReactNode {
  const messages = useMessages()
  const { webhooks: texts } = messages
  const twoSecrets = previousUntil !== null && Date.parse(previousUntil) > serverNow()
  return (
    <Panel title={texts.facts}>
      <dl className="grid gap-x-8 gap-y-3 p-4 text-sm sm:grid-cols-2">
        <div className="sm:col-span-2">
          <dt className="text-xs font-medium text-muted">{texts.url}</dt>
          <dd dir="ltr" className="break-all rtl:text-end">
            {url}
          </dd>
        </div>
        <div>
          <dt className="text-xs font-medium text-muted">{texts.events}</dt>
          <dd>
            {eventTypes === null
              ? texts.allEvents
              : eventTypes.map((type) => wordsForEvent(type, messages)).join(' · ')}
          </dd>
        </div>
        <div>
          <dt className="text-xs font-medium text-muted">{texts.secret}</dt>
          <dd>
            {twoSecrets ? (
              <>
                {texts.twoSecretsUntil} <Moment at={previousUntil} className="font-medium" />
              </>
            ) : (
              texts.oneSecret
            )}
          </dd>
        </div>
        <div>
          <dt className="text-xs font-medium text-muted">{texts.made}</dt>
          <dd>
            <Moment at={createdAt} />
          </dd>
        </div>
      </dl>
    </Panel>
  )
}

type InFront = 'edit' | 'rotate' | 'remove'

/** What can be done with a webhook; what others notice is asked before. */
function Actions({ webhook }: { webhook: Webhook }): ReactNode {
  const messages = useMessages()
  const { webhooks: texts } = messages
  const { id, isActive } = webhook
  const queries = useQueryClient()
  const [inFront, setInFront] = useState<InFront>()
  const close = () => setInFront(undefined)
  const turn = useSwitch(id)
  const tryOut = useMutation({
    mutationFn: () => ringback.webhooks.test(id),
    onSuccess: () => toast({ text: texts.done.test, tone: 'good' }),
    onError: (error) => toast({ text: whatFailed(messages, error), tone: 'bad' }),
    onSettled: () => refresh(queries),
  })
  async function save(fields: WebhookFields) {
    await ringback.webhooks.change(id, fields)
    await refresh(queries)
    toast({ text: texts.done.saved, tone: 'good' })
  }
  return (
    <div role="group" aria-label={texts.actions} className="flex flex-wrap gap-2">
      <Button
        icon="arrow"
        busy={tryOut.isPending}
        disabled={!isActive}
        title={isActive ? undefined : texts.testNeedsOn}
        onClick={() => tryOut.mutate()}
      >
        {texts.test}
      </Button>
      <Button icon={isActive ? 'clock' : 'check'} busy={turn.isPending} onClick={() => turn.mutate(!isActive)}>
        {isActive ? texts.pause : texts.switchOn}
      </Button>
      <Button icon="note" onClick={() => setInFront('edit')}>
        {texts.edit}
      </Button>
      <Button icon="back" onClick={() => setInFront('rotate')}>
        {texts.rotate}
      </Button>
      <Button look="danger" icon="cross" onClick={() => setInFront('remove')}>
        {texts.remove}
      </Button>
      {inFront === 'edit' && <WebhookDialog webhook={webhook} onSave={save} onClose={close} />}
      {inFront === 'rotate' && <RotateDialog webhookId={id} onClose={close} />}
      {inFront === 'remove' && <RemoveDialog webhook={webhook} onClose={close} />}
    </div>
  )
}

const dayMs = 24 * 60 * 60_000

function RotateDialog({ webhookId, onClose }: { webhookId: string; onClose: () => void }): ReactNode {
  const { webhooks: texts } = useMessages()
  const times = useTimes()
  const queries = useQueryClient()
  const rotate = useMutation({
    mutationFn: () => ringback.webhooks.rotateSecret(webhookId),
    async onSuccess({ secret }) {
      queries.setQueryData(secretQuery(webhookId).queryKey, secret)
      onClose()
      await refresh(queries)
    },
  })
  const until = times.near(serverNow() + dayMs, serverNow())
  return (
    <ConfirmDialog
      title={texts.rotateTitle}
      consequence={texts.rotateConsequence(until)}
      confirm={texts.rotate}
      isBusy={rotate.isPending}
      error={rotate.error}
      onConfirm={() => rotate.mutate()}
      onClose={onClose}
    />
  )
}

function RemoveDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }): ReactNode {
  const { webhooks: texts } = useMessages()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => ringback.webhooks.delete(webhook.id),
    async onSuccess() {
      await navigate({ to: '/webhooks', replace: true })
      queries.removeQueries({ queryKey: ['webhook', webhook.id] })
      await queries.invalidateQueries({ queryKey: ['webhooks'] })
      toast({ text: texts.done.removed, tone: 'good' })
    },
  })
  return (
    <ConfirmDialog
      title={texts.removeTitle(nameOf(webhook))}
      consequence={texts.removeConsequence}
      confirm={texts.remove}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  )
}
