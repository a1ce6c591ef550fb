import type { Overview, ShownPromise } from '@ringback/client'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { StandingBadge } from '../promises/standing.tsx'
import { useMessages } from '../shared/messages/index.ts'
import { Countdown, Moment } from '../shared/ui/moment.tsx'
import { EmptyState, Panel } from '../shared/ui/surfaces.tsx'
import { DueChart } from './due-chart.tsx'
import { namesOfAgents, type NameOfAgent } from './wall-data.ts'

/** The promises of the next hours: how many come when, and one by one, late ones first. */
export function PromisesPanel({
  overview,
  promises,
}: {
  overview: Overview
  promises: readonly ShownPromise[]
}): ReactNode {
  const { wall: texts, desk } = useMessages()
  const nameOf = namesOfAgents(overview, desk.byAgent)
  const queueNames = new Map(overview.queues.map(({ queueType, name }) => [queueType, name]))
  return (
    <Panel title={texts.promises} count={promises.length}>
      <DueChart due={overview.due} late={overview.overdue.length} />
      {promises.length === 0 ? (
        <EmptyState title={texts.noPromises}>{texts.noPromisesHint}</EmptyState>
      ) : (
        <div
          role="region"
          aria-label={texts.promises}
          tabIndex={0}
          className="max-h-[36rem] overflow-auto rounded-b-xl border-t border-line -outline-offset-2"
        >
          <table className="w-full text-sm">
            <thead className="sticky top-0 z-10 bg-sunken text-start text-xs text-muted">
              <tr>
                <th className="w-24 px-4 py-2 text-start font-medium">{texts.due}</th>
                <th className="px-2 py-2 text-start font-medium">{texts.customer}</th>
                <th className="hidden px-2 py-2 text-start font-medium sm:table-cell">{texts.queue}</th>
                <th className="hidden px-2 py-2 text-start font-medium sm:table-cell">{texts.agent}</th>
                <th className="px-4 py-2 text-end font-medium">{texts.state}</th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {promises.map((promise) => (
                <PromiseLine key={promise.callback.id} promise={promise} nameOf={nameOf} queueNames={queueNames} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

function PromiseLine({
  promise,
  nameOf,
  queueNames,
}: {
  promise: ShownPromise
  nameOf: NameOfAgent
  queueNames: ReadonlyMap<string, string>
}): ReactNode {
  const { wall: texts, desk } = useMessages()
  const { callback, queueEntry, user } = promise
  const agentId = queueEntry?.assignedToAgentId ?? callback.preferredAgentId
  const queueType = queueEntry?.queueType ?? callback.queueType
  const agent = agentId === null ? texts.anybody : nameOf(agentId)
  return (
    <tr className="align-top">
      <td className="px-4 py-2.5">
        <Moment at={callback.scheduledFor} className="font-semibold" />
        <span className="block text-xs sm:whitespace-nowrap">
          <Countdown to={callback.scheduledFor} />
        </span>
      </td>
      <td className="px-2 py-2.5">
        <Link
          to="/promises/$callbackId"
          params={{ callbackId: callback.id }}
          className="font-medium break-words text-accent hover:underline"
        >
          {user?.name ?? desk.deleted}
        </Link>
        <span className="block text-muted">{callback.callbackReason ?? desk.noReason}</span>
        <span className="block text-muted sm:hidden">{agent}</span>
      </td>
      <td className="hidden px-2 py-2.5 text-muted sm:table-cell">
        {queueType === null ? texts.noQueue : (queueNames.get(queueType) ?? queueType)}
      </td>
      <td className={`hidden px-2 py-2.5 sm:table-cell ${agentId === null ? 'text-muted' : ''}`}>{agent}</td>
      <td className="px-4 py-2.5 text-end">
        <StandingBadge promise={promise} />
      </td>
    </tr>
  )
}
