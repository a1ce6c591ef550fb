import type { QueueFigures } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { Link, useRouteContext } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { queuesQuery } from '../shared/api/lists.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Badge } from '../shared/ui/badge.tsx'
import { Button } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { PageHeader } from '../shared/ui/page-header.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { DeleteQueueDialog, NameQueueDialog } from './queue-dialogs.tsx'

type Opened = { kind: 'add' } | { kind: 'rename' | 'delete'; queueType: string }

/** Every queue, and how it stands; each leads to its rules. */
export function QueuesPage(): ReactNode {
  const { queues: texts, pages } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const mayChange = session.role === 'supervisor'
  const { data: queues, error, refetch } = useQuery(queuesQuery)
  const [opened, setOpened] = useState<Opened>()
  useTitle(pages.queues)
  const openedQueue =
    opened && 'queueType' in opened ? queues?.find(({ queueType }) => queueType === opened.queueType) : undefined
  const close = () => setOpened(undefined)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <PageHeader title={pages.queues} lead={texts.lead}>
        {mayChange && queues && (
          <Button look="primary" icon="plus" onClick={() => setOpened({ kind: 'add' })}>
            {texts.add}
          </Button>
        )}
      </PageHeader>
      {queues ? (
        <Panel title={pages.queues} count={queues.length}>
          {queues.length === 0 ? (
            <EmptyState title={texts.none}>{texts.noneHint}</EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {queues.map((queue) => (
                <QueueLine
                  key={queue.queueType}
                  queue={queue}
                  onOpen={mayChange ? (kind) => setOpened({ kind, queueType: queue.queueType }) : undefined}
                />
              ))}
            </ul>
          )}
        </Panel>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-72 rounded-xl" />
      )}
      {opened?.kind === 'add' && queues && <NameQueueDialog queues={queues} onClose={close} />}
      {opened?.kind === 'rename' && openedQueue && queues && (
        <NameQueueDialog queue={openedQueue} queues={queues} onClose={close} />
      )}
      {opened?.kind === 'delete' && openedQueue && <DeleteQueueDialog queue={openedQueue} onClose={close} />}
    </div>
  )
}

function QueueLine({
  queue,
  onOpen,
}: {
  queue: QueueFigures
  onOpen: ((kind: 'rename' | 'delete') => void) | undefined
}): ReactNode {
  const { queues: texts, wall } = useMessages()
  const number = new Intl.NumberFormat(useTimes().language)
  const { waiting, waitingCallbacks, waitingAccepted, inProgress, openCallbacks, availableAgents } = queue
  const figures: [string, number, string][] = [
    [texts.waiting, waiting, texts.waitingHint(waitingCallbacks, waitingAccepted)],
    [texts.inCalls, inProgress, texts.inCallsHint],
    [texts.open, openCallbacks, texts.openHint],
    [texts.agents, availableAgents, texts.agentsHint],
  ]
  return (
    <li className="grid gap-x-6 gap-y-3 px-4 py-3 lg:grid-cols-[minmax(0,2fr)_minmax(0,4fr)_auto]">
      <div className="min-w-0">
        <Link
          to="/queues/$queueType"
          params={{ queueType: queue.queueType }}
          className="font-medium break-words text-accent hover:underline"
        >
          {queue.name}
        </Link>
        <p className="font-mono text-xs break-all text-muted">{queue.queueType}</p>
        {waiting > 0 && availableAgents === 0 && (
          <p className="mt-1">
            <Badge tone="warn" icon="alert">
              {wall.nobodyThere}
            </Badge>
          </p>
        )}
      </div>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 text-sm sm:grid-cols-4">
        {figures.map(([name, value, hint]) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="clock text-lg leading-tight font-semibold">{number.format(value)}</dd>
            <dd className="text-xs text-muted">{hint}</dd>
          </div>
        ))}
      </dl>
      {onOpen && (
        <div className="flex flex-wrap items-start gap-1 lg:justify-end">
          <Button look="quiet" aria-label={texts.renameOf(queue.name)} onClick={() => onOpen('rename')}>
            {texts.rename}
          </Button>
          <Button look="quiet" aria-label={texts.deleteOf(queue.name)} onClick={() => onOpen('delete')}>
            {texts.delete}
          </Button>
        </div>
      )}
    </li>
  )
}
