import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useRouteContext } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { calendarsQuery } from '../calendars/calendars-data.ts'
import { queuesQuery } from '../shared/api/lists.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Failure } from '../shared/ui/failure.tsx'
import { PageHeader } from '../shared/ui/page-header.tsx'
import { EmptyState, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { policyQuery, versionsQuery } from './policy-data.ts'
import { PolicyEditor } from './policy-editor.tsx'

/** The rules of a queue, what follows from them, and how they came about. */
export function QueuePage(): ReactNode {
  const { queues: texts, layout, pages } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const { queueType } = useParams({ from: '/signed-in/queues/$queueType' })
  const queues = useQuery(queuesQuery)
  const policy = useQuery(policyQuery(queueType))
  const versions = useQuery(versionsQuery(queueType))
  const calendars = useQuery(calendarsQuery)
  const queue = queues.data?.find((one) => one.queueType === queueType)
  useTitle(queue?.name ?? pages.queues)
  const all = [queues, policy, versions, calendars]
  const failed = all.find(({ data, error }) => data === undefined && error !== null)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p className="text-sm">
        <Link to="/queues" className="text-accent hover:underline">
          {pages.queues}
        </Link>
      </p>
      {queue && <PageHeader title={queue.name} lead={texts.policyLead} />}
      {queue && policy.data && versions.data && calendars.data ? (
        <PolicyEditor
          key={queueType}
          policy={policy.data}
          versions={versions.data}
          calendars={calendars.data}
          mayChange={session.role === 'supervisor'}
        />
      ) : queues.data && !queue ? (
        <EmptyState title={layout.notFoundTitle}>{layout.notFoundText}</EmptyState>
      ) : failed ? (
        <Failure error={failed.error} onRetry={() => void Promise.all(all.map(({ refetch }) => refetch()))} />
      ) : (
        <Skeleton className="h-[32rem] rounded-xl" />
      )}
    </div>
  )
}
