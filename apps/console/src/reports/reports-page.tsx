import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { agentsQuery, queuesQuery } from '../shared/api/lists.ts'
import { useMessages } from '../shared/messages/index.ts'
import { serverNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { momentOf } from '../shared/time/zoned.ts'
import { Button, buttonClass } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { FiguresTable } from './figures-table.tsx'
import { KeptChart } from './kept-chart.tsx'
import { csvAddress, reportQuery, type Report } from './reports-data.ts'
import { ResultsTable } from './results-table.tsx'
import { SpanForm } from './span-form.tsx'
import { spanOf, stepsOf, type Span } from './span.ts'
import { Summary } from './summary.tsx'

/** How promises of some days were kept, by day, queue, agent and result; what is looked at is in the address. */
export function ReportsPage(): ReactNode {
  const { reports: texts, pages } = useMessages()
  useTitle(pages.reports)
  const search = useSearch({ from: '/signed-in/reports' })
  const navigate = useNavigate()
  const times = useTimes()
  const span = spanOf(search, times.zone, serverNow())
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="flex min-h-9 flex-wrap items-center gap-2">
        <h1 className="me-auto text-xl font-semibold tracking-tight">{pages.reports}</h1>
        {typeof span !== 'string' && (
          <div className="flex flex-wrap gap-2 print:hidden">
            <a href={csvAddress(span, search)} download className={buttonClass()}>
              {texts.csv}
            </a>
            <Button onClick={() => print()}>{texts.print}</Button>
          </div>
        )}
      </div>
      <SpanForm
        search={search}
        span={span}
        onChoose={(changes) => void navigate({ to: '/reports', search: { ...search, ...changes } })}
      />
      {typeof span !== 'string' && <OfSpan span={span} />}
    </div>
  )
}

function OfSpan({ span }: { span: Span }): ReactNode {
  const { reports: texts } = useMessages()
  const times = useTimes()
  const search = useSearch({ from: '/signed-in/reports' })
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...reportQuery(span, search),
    placeholderData: keepPreviousData,
  })
  const nameOf = useNames()
  const dayAt = (day: string) => times.day(momentOf(`${day}T12:00`, span.zone))
  const days = span.first === span.last ? dayAt(span.first) : `${dayAt(span.first)} – ${dayAt(span.last)}`
  return (
    <div
      aria-busy={isPlaceholderData}
      className={`grid grid-cols-[minmax(0,1fr)] gap-4 ${isPlaceholderData ? 'breathing' : ''}`}
    >
      <p className="text-sm text-muted">
        <span className="font-medium text-ink">{days}</span>
        {' · '}
        {search.queue !== undefined && <>{nameOf.queue(search.queue)} · </>}
        {search.agent !== undefined && <>{nameOf.agent(String(search.agent))} · </>}
        {texts.byClocksOf(span.zone)}
      </p>
      {data && <Loaded report={data} span={span} nameOf={nameOf} />}
      {!data &&
        (error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-96 rounded-xl" />)}
    </div>
  )
}

function Loaded({ report, span, nameOf }: { report: Report; span: Span; nameOf: NamesOf }): ReactNode {
  const { reports: texts } = useMessages()
  const times = useTimes()
  const { byTime, byQueue, byAgent, byResult } = report
  if (byTime.total.promised === 0) {
    return (
      <Panel title={texts.kept}>
        <EmptyState title={texts.nothing}>{texts.nothingHint}</EmptyState>
      </Panel>
    )
  }
  const groups = new Map(byTime.groups.map((group) => [group.key, group]))
  const nameOfTime = (at: string) => {
    if (span.groupBy === 'day') return times.day(at)
    return span.days.length === 1 ? times.clock(at) : `${times.day(at)}, ${times.clock(at)}`
  }
  const steps = stepsOf(
    span,
    byTime.groups.map(({ key }) => key!),
  ).map(({ key, at }) => ({ id: at, name: nameOfTime(at), figures: groups.get(key) }))
  const rowsOf = ({ groups: all }: Report['byQueue'], name: (key: string | null) => string) =>
    all.map((figures) => ({ id: figures.key ?? '', name: name(figures.key), figures }))
  return (
    <>
      <Summary figures={byTime.total} />
      <Panel title={span.groupBy === 'day' ? texts.byDay : texts.byHour}>
        <KeptChart steps={steps} />
        <FiguresTable title={span.groupBy === 'day' ? texts.day : texts.hour} rows={steps} total={byTime.total} />
      </Panel>
      <Panel title={texts.byQueue}>
        <FiguresTable title={texts.queue} rows={rowsOf(byQueue, (key) => nameOf.queue(key!))} />
      </Panel>
      <Panel title={texts.byAgent}>
        <FiguresTable title={texts.agent} rows={rowsOf(byAgent, nameOf.agent)} />
        <p className="border-t border-line px-4 py-2.5 text-sm text-muted">{texts.byAgentHint}</p>
      </Panel>
      <Panel title={texts.byResult}>
        <ResultsTable report={byResult} />
      </Panel>
    </>
  )
}

interface NamesOf {
  queue: (queueType: string) => string
  /** @param agentId null is nobody */
  agent: (agentId: string | null) => string
}

/** What people call queues and agents; of those that are gone by now the id is known. */
function useNames(): NamesOf {
  const { desk, reports: texts } = useMessages()
  const { data: agents = [] } = useQuery(agentsQuery)
  const { data: queues = [] } = useQuery(queuesQuery)
  return {
    queue: (queueType) => queues.find((queue) => queue.queueType === queueType)?.name ?? queueType,
    agent(agentId) {
      if (agentId === null) return texts.nobody
      const found = agents.find((agent) => String(agent.agentId) === agentId)
      return found ? `${found.firstName} ${found.lastName}`.trim() : desk.byAgent(Number(agentId))
    },
  }
}
