import type { Overview } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import { useKeys } from '../shared/keys/use-keys.ts'
import { useMessages } from '../shared/messages/index.ts'
import { buttonClass } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { AgentsPanel } from './agents-panel.tsx'
import { Alerts } from './alerts.tsx'
import { EnginePanel } from './engine-panel.tsx'
import { Figures } from './figures.tsx'
import { PromisesPanel } from './promises-panel.tsx'
import { QueuesPanel } from './queues-panel.tsx'
import { overviewQuery, promisesOf } from './wall-data.ts'

/** How the centre stands, for supervisors; with `?kiosk=1` for a screen on the wall. */
export function WallPage(): ReactNode {
  const { wall: texts } = useMessages()
  const { data: overview, error, refetch } = useQuery(overviewQuery)
  const late = overview?.overdue.length ?? 0
  useTitle(late > 0 ? `(${late}) ${texts.title}` : texts.title)
  const isKiosk = useKiosk()
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className={isKiosk ? 'sr-only' : 'flex min-h-9 items-center justify-between gap-3'}>
        <h1 className="text-xl font-semibold tracking-tight">{texts.title}</h1>
        {!isKiosk && (
          <Link to="/wall" search={{ kiosk: 1 }} className={`${buttonClass()} max-sm:hidden`}>
            {texts.kiosk}
          </Link>
        )}
      </div>
      {overview && <LoadedWall overview={overview} />}
      {!overview && (error ? <Failure error={error} onRetry={() => void refetch()} /> : <WallSkeleton />)}
    </div>
  )
}

function LoadedWall({ overview }: { overview: Overview }): ReactNode {
  return (
    <>
      <Alerts alerts={overview.alerts} />
      <Figures overview={overview} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <PromisesPanel overview={overview} promises={promisesOf(overview)} />
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 md:grid-cols-2 xl:grid-cols-1">
          <AgentsPanel agents={overview.agents} />
          <QueuesPanel overview={overview} />
          <EnginePanel overview={overview} />
        </div>
      </div>
    </>
  )
}

/** On a screen on the wall all is larger, by its size; Escape leads back. */
function useKiosk(): boolean {
  const { kiosk } = useSearch({ from: '/signed-in/wall' })
  const navigate = useNavigate()
  const isKiosk = kiosk === 1
  useEffect(() => {
    const root = document.documentElement
    root.toggleAttribute('data-kiosk', isKiosk)
    return () => root.removeAttribute('data-kiosk')
  }, [isKiosk])
  useKeys(isKiosk ? { close: () => void navigate({ to: '/wall', search: {} }) } : {})
  return isKiosk
}

function WallSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className="grid gap-4">
      <Skeleton className="h-14 rounded-xl" />
      <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
        {['punctuality', 'overdue', 'queued', 'claimed'].map((tile) => (
          <Skeleton key={tile} className="h-28 rounded-xl" />
        ))}
      </div>
      <Skeleton className="h-96 rounded-xl" />
    </div>
  )
}
