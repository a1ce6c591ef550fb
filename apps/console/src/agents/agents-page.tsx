import type { AgentWithSession } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { namesOfQueues } from '../queues/queues-data.ts'
import { queuesQuery } from '../shared/api/lists.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Button } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { PageHeader } from '../shared/ui/page-header.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { AgentDialog } from './agent-dialog.tsx'
import { AgentFilters } from './agent-filters.tsx'
import { AgentRow } from './agent-row.tsx'
import type { AgentSearch } from './agent-search.ts'
import { agentDaysQuery, foundAgents } from './agents-data.ts'

/** So many lines at first: nobody reads more, and who searches finds the others. */
const linesAtFirst = 100

/** Every agent: what each does, whom it calls, from which queues it is given calls, and how its day goes. */
export function AgentsPage(): ReactNode {
  const { agents: texts, pages, wall } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const mayChange = session.role === 'supervisor'
  const search = useSearch({ from: '/signed-in/agents' })
  const navigate = useNavigate()
  const { zone } = useTimes()
  const agents = useQuery(agentDaysQuery(zone))
  const queues = useQuery(queuesQuery)
  const [edited, setEdited] = useState<AgentWithSession | 'new'>()
  const [showsAll, setShowsAll] = useState(false)
  useTitle(pages.agents)
  const find = (next: AgentSearch) => void navigate({ to: '/agents', search: next, replace: true })

  const failed = agents.error ?? queues.error
  const found = foundAgents(agents.data ?? [], search)
  const shown = showsAll ? found : found.slice(0, linesAtFirst)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <PageHeader title={pages.agents}>
        {mayChange && agents.data && (
          <Button look="primary" icon="plus" onClick={() => setEdited('new')}>
            {texts.add}
          </Button>
        )}
      </PageHeader>
      {agents.data && queues.data ? (
        <>
          <AgentFilters search={search} queues={queues.data} onFind={find} />
          <Panel title={texts.found} count={found.length}>
            {found.length === 0 ? (
              <EmptyState title={agents.data.length === 0 ? texts.none : texts.noneFound}>
                {agents.data.length === 0 ? texts.noneHint : texts.noneFoundHint}
              </EmptyState>
            ) : (
              <table className="w-full table-fixed text-sm">
                <thead className="bg-sunken text-xs text-muted">
                  <tr>
                    <th className="px-4 py-2 text-start font-medium">{wall.agent}</th>
                    <th className="hidden px-2 py-2 text-start font-medium sm:table-cell">{wall.state}</th>
                    <th className="hidden px-2 py-2 text-start font-medium lg:table-cell">{texts.serves}</th>
                    <th className="hidden px-2 py-2 text-start font-medium md:table-cell">{texts.today}</th>
                    {mayChange && (
                      <th className="w-24 px-4 py-2">
                        <span className="sr-only">{texts.change}</span>
                      </th>
                    )}
                  </tr>
                </thead>
                <tbody className="divide-y divide-line">
                  {shown.map((agent) => (
                    <AgentRow
                      key={agent.agentId}
                      agent={agent}
                      nameOfQueue={namesOfQueues(queues.data)}
                      onEdit={mayChange ? () => setEdited(agent) : undefined}
                    />
                  ))}
                </tbody>
              </table>
            )}
          </Panel>
          {shown.length < found.length && (
            <Button className="justify-self-center" onClick={() => setShowsAll(true)}>
              {texts.showAll(found.length)}
            </Button>
          )}
        </>
      ) : failed ? (
        <Failure error={failed} onRetry={() => void Promise.all([agents.refetch(), queues.refetch()])} />
      ) : (
        <Skeleton className="h-96 rounded-xl" />
      )}
      {edited && agents.data && queues.data && (
        <AgentDialog
          agent={edited === 'new' ? undefined : edited}
          agents={agents.data}
          queues={queues.data}
          onClose={() => setEdited(undefined)}
        />
      )}
    </div>
  )
}
