import type { Webhook } from '@ringback/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { whatFailed } from '../shared/ui/failure.tsx'
import { Icon } from '../shared/ui/icons.tsx'
import { Moment } from '../shared/ui/moment.tsx'
import { toast } from '../shared/ui/toasts.tsx'

/** What is wrong with a webhook, what that means, and what to do about it. Nothing while it is well. */
export function Trouble({ webhook, mayAct }: { webhook: Webhook; mayAct: boolean }): ReactNode {
  const { webhooks: texts } = useMessages()
  const switchOn = useSwitch(webhook.id)
  const { offReason, failingSince, isActive } = webhook
  if (offReason === null && (failingSince === null || !isActive)) return null
  return (
    <div
      className={`grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 rounded-xl border border-line border-s-4 bg-surface px-4 py-3 shadow-raised ${offReason === null ? 'border-s-warn' : 'border-s-late'}`}
    >
      <Icon name="alert" className={`mt-0.5 size-5 ${offReason === null ? 'text-warn' : 'text-late'}`} />
      <div>
        <p className="font-semibold">{offReason === null ? texts.failing : texts.off[offReason]}</p>
        <p className="mt-0.5 text-sm">
          {failingSince !== null && (
            <>
              {texts.failingSince} <Moment at={failingSince} className="font-medium" />.{' '}
            </>
          )}
          {offReason === null ? texts.failingTodo : texts.offTodo}
        </p>
        {offReason !== null && mayAct && (
          <Button className="mt-3" icon="check" busy={switchOn.isPending} onClick={() => switchOn.mutate(true)}>
            {texts.switchOn}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Switches a webhook on or off, and says so. */
export function useSwitch(webhookId: string) {
  const messages = useMessages()
  const { webhooks: texts } = messages
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (isActive: boolean) => ringback.webhooks.change(webhookId, { isActive }),
    onSuccess: (webhook) => toast({ text: webhook.isActive ? texts.done.on : texts.done.paused, tone: 'good' }),
    onError: (error) => toast({ text: whatFailed(messages, error), tone: 'bad' }),
    onSettled: () => refresh(queries),
  })
}

/** What is shown of webhooks is asked for anew. */
export async function refresh(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['webhooks'] }),
    queries.invalidateQueries({ queryKey: ['webhook'] }),
  ])
}
