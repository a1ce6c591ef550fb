import type { AgentWithSession, PutAgentBody } from '@ringback/client'
import { queryOptions } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'
import type { AgentSearch, AgentState } from './agent-search.ts'
import { states } from './agent-search.ts'

/** Every agent, what it is at, and how its day goes by the clocks of `timeZone`. */
export const agentDaysQuery = (timeZone: string) =>
  queryOptions({
    queryKey: ['agents', timeZone],
    meta: { live: ['agent.changed', 'call.'] },
    staleTime: 0,
    queryFn: ({ signal }) => ringback.agents.list({ timeZone }, { signal }),
  })

export function stateOf({ isActive, session }: Pick<AgentWithSession, 'isActive' | 'session'>): AgentState {
  return isActive ? (session?.status ?? 'logged_out') : 'inactive'
}

export function fullNameOf({ firstName, lastName }: Pick<AgentWithSession, 'firstName' | 'lastName'>): string {
  return `${firstName} ${lastName}`.trim()
}

/** Whether an agent gets calls from a queue. */
function serves({ queueTypes }: Pick<AgentWithSession, 'queueTypes'>, queueType: string): boolean {
  return queueTypes === null || queueTypes.includes(queueType)
}

/** Those that are searched for: who is at work first, then by name. */
export function foundAgents(
  agents: readonly AgentWithSession[],
  { q = '', state, queue }: AgentSearch,
): AgentWithSession[] {
  const words = q.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const isFound = (agent: AgentWithSession) => {
    const said = `${agent.agentId} ${fullNameOf(agent)} ${agent.email ?? ''}`.toLocaleLowerCase()
    return (
      words.every((word) => said.includes(word)) &&
      (state === undefined || stateOf(agent) === state) &&
      (queue === undefined || serves(agent, queue))
    )
  }
  const order = (agent: AgentWithSession) => states.indexOf(stateOf(agent))
  return agents
    .filter(isFound)
    .toSorted((one, other) => order(one) - order(other) || fullNameOf(one).localeCompare(fullNameOf(other)))
}

/** What is written of an agent. */
export interface AgentDraft extends Required<PutAgentBody> {
  /** As it was typed. */
  agentId: string
  lastName: string
  email: string
  queueTypes: string[] | null
}

export function draftOf(agent: AgentWithSession | undefined): AgentDraft {
  return {
    agentId: agent ? String(agent.agentId) : '',
    firstName: agent?.firstName ?? '',
    lastName: agent?.lastName ?? '',
    email: agent?.email ?? '',
    isActive: agent?.isActive ?? true,
    queueTypes: agent?.queueTypes ?? null,
  }
}

export function bodyOf({ firstName, lastName, email, isActive, queueTypes }: AgentDraft): PutAgentBody {
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim())
  return { firstName: firstName.trim(), lastName: orNull(lastName), email: orNull(email), isActive, queueTypes }
}

/** Whether the agent gets calls from other queues than before. */
export function hasOtherSkills(before: string[] | null, after: string[] | null): boolean {
  const written = (queueTypes: string[] | null) => JSON.stringify(queueTypes?.toSorted() ?? null)
  return written(before) !== written(after)
}
