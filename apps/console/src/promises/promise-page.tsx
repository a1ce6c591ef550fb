import type { CallbackWithStory } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useRouteContext } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { PageSkeleton, Panel } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { ActDialog } from './act-dialog.tsx'
import { actKinds, type ActKind } from './acts.ts'
import { LastCalls } from './last-calls.tsx'
import { PromiseSheet } from './promise-sheet.tsx'
import { isOpen, promiseQuery } from './promises-data.ts'
import { StandingBadge } from './standing.tsx'
import { Timeline } from './timeline.tsx'

/** A promise: how it stands, everything that happened to it, and what a supervisor can do about it. */
export function PromisePage(): ReactNode {
  const { pages } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const { callbackId } = useParams({ from: '/signed-in/promises/$callbackId' })
  const { data: promise, error, refetch } = useQuery(promiseQuery(callbackId))
  useTitle(promise?.user?.name ?? pages.promises)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Link
        to={session.role === 'agent' ? '/desk' : '/promises'}
        className="flex min-h-11 items-center justify-self-start text-sm font-medium text-accent hover:underline sm:min-h-6"
      >
        {session.role === 'agent' ? pages.desk : pages.promises}
      </Link>
      {promise && <LoadedPromise promise={promise} />}
      {!promise && (error ? <Failure error={error} onRetry={() => void refetch()} /> : <PageSkeleton />)}
    </div>
  )
}

function LoadedPromise({ promise }: { promise: CallbackWithStory }): ReactNode {
  const { promises: texts, desk } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const [acting, setActing] = useState<ActKind>()
  const mayAct = session.role === 'supervisor' && isOpen(promise)
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 text-2xl font-semibold tracking-tight break-words">
          {promise.user?.name ?? desk.deleted}
        </h1>
        <StandingBadge promise={{ callback: promise, queueEntry: promise.queueEntry }} />
        {mayAct && (
          <div className="flex flex-wrap gap-2 sm:ms-auto">
            {actKinds.map((kind) => (
              <Button key={kind} look={kind === 'cancel' ? 'danger' : 'plain'} onClick={() => setActing(kind)}>
                {texts.actNames[kind]}
              </Button>
            ))}
          </div>
        )}
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <Panel title={texts.facts}>
            <PromiseSheet promise={promise} isAgent={session.role === 'agent'} />
          </Panel>
          <Panel title={desk.callsBefore}>
            <div className="p-4">
              <LastCalls calls={promise.lastCalls} />
            </div>
          </Panel>
        </div>
        <Panel title={desk.story} count={promise.history.length}>
          <div className="p-4">
            <Timeline events={promise.history} />
          </div>
        </Panel>
      </div>
      {acting && <ActDialog kind={acting} promises={[promise]} onClose={() => setActing(undefined)} />}
    </>
  )
}
