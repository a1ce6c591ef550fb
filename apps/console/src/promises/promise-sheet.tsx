import type { CallbackWithStory } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { queuesQuery } from '../shared/api/lists.ts'
import { useAgentNames } from '../shared/api/names.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Countdown, Moment, TheirMoment } from '../shared/ui/moment.tsx'
import { isOpen, ownerOf } from './promises-data.ts'

/** What there is to know of a promise and of whom it was given. Queues and other promises are not for agents. */
export function PromiseSheet({ promise, isAgent }: { promise: CallbackWithStory; isAgent: boolean }): ReactNode {
  const { promises: texts, wall, desk } = useMessages()
  const times = useTimes()
  const nameOf = useAgentNames()
  const { data: queues = [] } = useQuery({ ...queuesQuery, enabled: !isAgent })
  const { user, scheduledFor, promisedFor, queueEntry, result, externalId } = promise
  const ownerId = ownerOf(promise)
  const zone = user?.timeZones[0]
  const queueType = queueEntry?.queueType ?? promise.queueType
  const kept = Object.entries({ ...user?.metadata, ...promise.metadata })
  return (
    <dl className="divide-y divide-line text-sm">
      <Fact name={wall.due}>
        <Moment at={scheduledFor} className="font-semibold" />{' '}
        <span className="text-muted">
          <TheirMoment at={scheduledFor} zone={zone} />
        </span>
        {isOpen(promise) && (
          <span className="block">
            <Countdown to={scheduledFor} />
          </span>
        )}
      </Fact>
      {promisedFor !== null && (
        <Fact name={desk.promised}>
          <Moment at={promisedFor} />{' '}
          <span className="text-muted">
            <TheirMoment at={promisedFor} zone={zone} />
          </span>
        </Fact>
      )}
      {result !== null && <Fact name={texts.result}>{texts.results[result]}</Fact>}
      <Fact name={desk.reason}>{promise.callbackReason ?? desk.noReason}</Fact>
      <Fact name={texts.phone}>
        {user?.phone ? (
          <span dir="ltr" className="clock select-all">
            {user.phone}
          </span>
        ) : (
          desk.noPhone
        )}
      </Fact>
      <Fact name={texts.zone}>{zone?.replaceAll('_', ' ') ?? desk.zoneUnknown}</Fact>
      <Fact name={wall.agent}>
        {ownerId === null ? wall.anybody : nameOf(ownerId)}
        {promise.owner === 'only' && <span className="block text-muted">{texts.onlyOwner}</span>}
      </Fact>
      <Fact name={wall.queue}>
        {queueType === null ? wall.noQueue : (queues.find((queue) => queue.queueType === queueType)?.name ?? queueType)}
      </Fact>
      <Fact name={desk.attempts}>{promise.attempts === 0 ? desk.noAttempts : desk.attemptsMade(promise.attempts)}</Fact>
      {externalId !== null && <Fact name={texts.externalId}>{externalId}</Fact>}
      {kept.length > 0 && (
        <Fact name={texts.metadata}>
          {kept.map(([key, value]) => (
            <span key={key} className="block">
              {key}: {value}
            </span>
          ))}
        </Fact>
      )}
      <Fact name={texts.made}>
        <time dateTime={promise.createdAt} className="clock">
          {times.full(promise.createdAt)}
        </time>
      </Fact>
      <Fact name={texts.id}>
        <span className="font-mono text-xs break-all select-all">{promise.id}</span>
      </Fact>
      {!isAgent && (
        <div className="px-4 py-2.5">
          <dt className="sr-only">{wall.customer}</dt>
          <dd>
            <Link
              to="/promises"
              search={{ userId: promise.userId, status: 'all' }}
              className="font-medium text-accent hover:underline"
            >
              {texts.othersOf}
            </Link>
          </dd>
        </div>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 px-4 py-2.5">
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}
