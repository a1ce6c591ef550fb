import type { Desk } from '@ringback/client'
import type { ReactNode } from 'react'
import { LastCalls } from '../promises/last-calls.tsx'
import { useMessages } from '../shared/messages/index.ts'
import { Badge } from '../shared/ui/badge.tsx'
import { Button } from '../shared/ui/button.tsx'
import { EmptyState, Panel } from '../shared/ui/surfaces.tsx'
import { Customer } from './customer.tsx'
import { PromiseFacts } from './promise-facts.tsx'

/** What a claim would bring, and how to take it. */
export function NextCallPanel({
  desk: { session, next, queuePosition },
  isTaking,
  onTake,
}: {
  desk: Desk
  isTaking: boolean
  onTake: () => void
}): ReactNode {
  const { desk: texts } = useMessages()
  if (!next) {
    const isAtWork = session !== null
    return (
      <Panel title={texts.next}>
        <EmptyState title={isAtWork ? texts.nobodyWaits : texts.notAtWork}>
          {isAtWork ? texts.nobodyWaitsHint : texts.notAtWorkHint}
        </EmptyState>
      </Panel>
    )
  }
  const { queueEntry, callback, user, lastCalls } = next
  const isAccepted = callback?.status === 'accepted'
  return (
    <Panel
      title={texts.next}
      aside={
        <>
          {isAccepted && (
            <Badge tone="accent" icon="check">
              {texts.accepted}
            </Badge>
          )}
          {callback === null && <Badge>{texts.ordinary}</Badge>}
          <span className="text-sm text-muted">
            {queuePosition !== null && `${texts.position(queuePosition)} · `}
            {queueEntry.queueType.replaceAll('_', ' ')}
          </span>
        </>
      }
    >
      <div className="grid gap-5 p-4 sm:p-5">
        <div className="flex flex-wrap items-start justify-between gap-4">
          <Customer user={user} />
          <Button
            look="primary"
            icon="phone"
            shortcut="next"
            busy={isTaking}
            onClick={onTake}
            className="min-h-12! px-5! text-base! max-sm:w-full"
          >
            {texts.take}
          </Button>
        </div>
        <PromiseFacts call={next} />
        <section>
          <h3 className="mb-2 text-xs font-medium text-muted">{texts.callsBefore}</h3>
          <LastCalls calls={lastCalls} />
        </section>
      </div>
    </Panel>
  )
}
