import type { Overview, QueueFigures, QueueHead } from '@ringback/client'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { Badge } from '../shared/ui/badge.tsx'
import { Panel } from '../shared/ui/surfaces.tsx'

/** The queues: how many wait in each, who is first and for how long, and who is there for them. */
export function QueuesPanel({ overview: { queues, heads } }: { overview: Overview }): ReactNode {
  const { wall: texts } = useMessages()
  const headOf = new Map(heads.map((head) => [head.queueType, head]))
  return (
    <Panel title={texts.queues}>
      <ul className="divide-y divide-line">
        {queues.map((queue) => (
          <QueueLine key={queue.queueType} queue={queue} head={headOf.get(queue.queueType)} />
        ))}
      </ul>
    </Panel>
  )
}

function QueueLine({ queue, head }: { queue: QueueFigures; head: QueueHead | undefined }): ReactNode {
  const { wall: texts } = useMessages()
  const isUnattended = queue.waiting > 0 && queue.availableAgents === 0
  return (
    <li className="px-4 py-2.5 text-sm">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium break-words">{queue.name}</span>
        <span className="clock ms-auto text-base font-semibold">{texts.waiting(queue.waiting)}</span>
      </p>
      <p className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
        <span>{texts.callbacksAmong(queue.waitingCallbacks)}</span>
        <span>{texts.inCalls(queue.inProgress)}</span>
        {isUnattended ? (
          <Badge tone="warn" icon="alert">
            {texts.nobodyThere}
          </Badge>
        ) : (
          <span>{texts.availableFor(queue.availableAgents)}</span>
        )}
      </p>
      {head && <FirstInLine head={head} />}
    </li>
  )
}

function FirstInLine({ head }: { head: QueueHead }): ReactNode {
  const { wall: texts, desk } = useMessages()
  const times = useTimes()
  const now = useNow()
  const name = head.userName ?? desk.deleted
  return (
    <p className="mt-1">
      <span className="text-muted">{texts.first}</span>{' '}
      {head.callbackId === null ? (
        <>
          <span className="font-medium">{name}</span>
          {head.queueReason !== null && <span className="text-muted"> · {head.queueReason}</span>}
        </>
      ) : (
        <Link
          to="/promises/$callbackId"
          params={{ callbackId: head.callbackId }}
          className="font-medium text-accent hover:underline"
        >
          {name}
        </Link>
      )}
      <time dateTime={head.availableFrom} title={times.full(head.availableFrom)} className="clock text-muted">
        {' · '}
        {texts.waitsFor(times.duration(now - Date.parse(head.availableFrom)))}
      </time>
    </p>
  )
}
