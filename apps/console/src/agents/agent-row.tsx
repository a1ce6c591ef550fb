import type { AgentWithSession } from '@ringback/client'
import type { ReactNode } from 'react'
import type { NameOfQueue } from '../queues/queues-data.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Badge, type Tone } from '../shared/ui/badge.tsx'
import { Button } from '../shared/ui/button.tsx'
import { Since } from '../shared/ui/moment.tsx'
import type { AgentState } from './agent-search.ts'
import { fullNameOf, stateOf } from './agents-data.ts'

const tones: Record<AgentState, Tone> = {
  available: 'good',
  busy: 'accent',
  wrap_up: 'warn',
  away: 'neutral',
  logged_out: 'neutral',
  inactive: 'late',
}

/** One agent. Where there is little room, what stands beside the name stands below it. */
export function AgentRow({
  agent,
  nameOfQueue,
  onEdit,
}: {
  agent: AgentWithSession
  nameOfQueue: NameOfQueue
  onEdit: (() => void) | undefined
}): ReactNode {
  const { agents: texts } = useMessages()
  const name = fullNameOf(agent)
  return (
    <tr className="align-top">
      <td className="px-4 py-2.5">
        <span className="font-medium break-words">{name}</span>
        <span className="block text-xs break-words text-muted">
          {texts.number(agent.agentId)}
          {agent.email !== null && ` · ${agent.email}`}
        </span>
        <span className="mt-1 block sm:hidden">
          <State agent={agent} />
        </span>
        <span className="mt-1 block text-muted lg:hidden">
          <Skills agent={agent} nameOfQueue={nameOfQueue} />
        </span>
        <span className="mt-1 block text-muted md:hidden">
          <Day agent={agent} />
        </span>
      </td>
      <td className="hidden px-2 py-2.5 sm:table-cell">
        <State agent={agent} />
      </td>
      <td className="hidden px-2 py-2.5 break-words lg:table-cell">
        <Skills agent={agent} nameOfQueue={nameOfQueue} />
      </td>
      <td className="hidden px-2 py-2.5 md:table-cell">
        <Day agent={agent} />
      </td>
      {onEdit && (
        <td className="px-2 py-1.5 text-end">
          <Button look="quiet" aria-label={texts.changeOf(name)} onClick={onEdit}>
            {texts.change}
          </Button>
        </td>
      )}
    </tr>
  )
}

function State({ agent }: { agent: AgentWithSession }): ReactNode {
  const { agents: texts, wall, desk } = useMessages()
  const state = stateOf(agent)
  return (
    <>
      <Badge tone={tones[state]}>{texts.states[state]}</Badge>{' '}
      {agent.session && <Since since={agent.session.statusSince} className="ms-1 font-medium" />}
      {agent.heldCall && (
        <span className="mt-0.5 block break-words text-muted">
          {wall.calls(agent.heldCall.userName ?? desk.deleted)}
        </span>
      )}
    </>
  )
}

function Skills({ agent, nameOfQueue }: { agent: AgentWithSession; nameOfQueue: NameOfQueue }): ReactNode {
  const { agents: texts } = useMessages()
  if (agent.queueTypes === null) return texts.allQueues
  return agent.queueTypes.length === 0 ? texts.noQueues : agent.queueTypes.map(nameOfQueue).join(', ')
}

function Day({ agent: { today } }: { agent: AgentWithSession }): ReactNode {
  const { agents: texts, desk } = useMessages()
  const times = useTimes()
  if (!today || today.calls === 0) return <span className="text-muted">{texts.noCalls}</span>
  return (
    <>
      {desk.attemptsMade(today.calls)}
      <span className="block text-muted">
        {texts.kept(today.promisesKept)} · {texts.talked(times.duration(today.talkSeconds * 1_000))}
      </span>
    </>
  )
}
