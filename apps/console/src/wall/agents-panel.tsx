import type { AgentAtWork, AgentStatus } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Stopwatch } from '../shared/ui/moment.tsx'
import { EmptyState, Panel } from '../shared/ui/surfaces.tsx'

const order: readonly AgentStatus[] = ['busy', 'available', 'wrap_up', 'away']
const dots: Record<AgentStatus, string> = {
  available: 'bg-good',
  busy: 'bg-accent',
  wrap_up: 'bg-warn',
  away: 'bg-edge',
}

/** Who is at work: what each does, since when, and with whom. */
export function AgentsPanel({ agents }: { agents: readonly AgentAtWork[] }): ReactNode {
  const { wall: texts } = useMessages()
  const byStatus = agents.toSorted(
    ({ session: one }, { session: other }) =>
      order.indexOf(one.status) - order.indexOf(other.status) ||
      Date.parse(one.statusSince) - Date.parse(other.statusSince),
  )
  return (
    <Panel title={texts.agents} count={agents.length}>
      {agents.length === 0 ? (
        <EmptyState title={texts.noAgents}>{texts.noAgentsHint}</EmptyState>
      ) : (
        <ul
          tabIndex={0}
          aria-label={texts.agents}
          className="max-h-80 divide-y divide-line overflow-y-auto rounded-b-xl -outline-offset-2"
        >
          {byStatus.map((agent) => (
            <AgentLine key={agent.agentId} agent={agent} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function AgentLine({ agent }: { agent: AgentAtWork }): ReactNode {
  const { wall: texts, desk } = useMessages()
  const { session, heldCall } = agent
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-2.5 px-4 py-2 text-sm">
      <span aria-hidden="true" className={`size-2.5 rounded-full ${dots[session.status]}`} />
      <span className="min-w-0">
        <span className="font-medium break-words">{`${agent.firstName} ${agent.lastName}`.trim()}</span>
        {heldCall && <span className="block text-muted">{texts.calls(heldCall.userName ?? desk.deleted)}</span>}
      </span>
      <span className="text-end">
        <span className="text-muted">{desk.statuses[session.status]}</span>{' '}
        <Stopwatch since={session.statusSince} className="ms-1 font-medium" />
      </span>
    </li>
  )
}
