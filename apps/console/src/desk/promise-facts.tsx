import type { NextCall } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Badge } from '../shared/ui/badge.tsx'
import { Countdown, Moment, TheirMoment } from '../shared/ui/moment.tsx'
import { zoneOf } from './customer.tsx'

/** What was promised and when, how often it has been tried, and what it is about. */
export function PromiseFacts({
  call: { callback, queueEntry, user, lastAttempt, reachedInbound },
}: {
  call: NextCall
}): ReactNode {
  const { desk: texts } = useMessages()
  const zone = zoneOf(user)
  const told = callback && (callback.promisedFor ?? callback.scheduledFor)
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-3">
      <Fact name={texts.reason} className="sm:col-span-3">
        <span className="text-base">{callback?.callbackReason ?? queueEntry.queueReason ?? texts.noReason}</span>
      </Fact>
      <Fact name={texts.promised}>
        {told === null ? (
          texts.noPromise
        ) : (
          <>
            <Moment at={told} className="font-semibold" />
            <span className="block text-sm text-muted">
              <TheirMoment at={told} zone={zone} />
            </span>
          </>
        )}
      </Fact>
      {callback && callback.status !== 'in_progress' && (
        <Fact name={texts.dueIn}>
          <Countdown to={callback.scheduledFor} />
          {callback.promisedFor !== null && (
            <span className="block text-sm text-muted">
              {texts.putOffTo} <Moment at={callback.scheduledFor} />
            </span>
          )}
        </Fact>
      )}
      <Fact name={texts.attempts}>
        {callback === null || callback.attempts === 0 ? texts.noAttempts : texts.attemptsMade(callback.attempts)}
        {lastAttempt && (
          <span className="block text-sm text-muted">
            {texts.outcomes[lastAttempt.outcomeType]}, <Moment at={lastAttempt.startedAt} />
          </span>
        )}
      </Fact>
      {reachedInbound && (
        <div className="sm:col-span-3">
          <Badge tone="warn" icon="phone">
            {texts.reachedInbound}
          </Badge>
        </div>
      )}
    </dl>
  )
}

function Fact({
  name,
  className = '',
  children,
}: {
  name: string
  className?: string
  children: ReactNode
}): ReactNode {
  return (
    <div className={className}>
      <dt className="text-xs font-medium text-muted">{name}</dt>
      <dd className="mt-0.5 break-words">{children}</dd>
    </div>
  )
}
