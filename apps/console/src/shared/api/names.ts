import type { AgentName } from '@ringback/client'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMessages } from '../messages/index.ts'
import { ringback } from './client.ts'

/** What everybody is called, by id. */
export const agentNamesQuery = queryOptions({
  queryKey: ['agent-names'],
  staleTime: 5 * 60_000,
  queryFn: ({ signal }) => ringback.agents.listNames({ signal }),
})

const byId = (agents: readonly AgentName[]) => new Map(agents.map((agent) => [agent.agentId, nameOf(agent)]))

/** What people call an agent. */
export type NameOfAgent = (agentId: number) => string

/** Names of agents; the number while the name is not known. */
export function useAgentNames(): NameOfAgent {
  const { desk } = useMessages()
  const { data: names } = useQuery({ ...agentNamesQuery, select: byId })
  return (agentId) => names?.get(agentId) ?? desk.byAgent(agentId)
}

/** First and last name, or the only one. */
export function nameOf({ firstName, lastName }: Pick<AgentName, 'firstName' | 'lastName'>): string {
  return `${firstName} ${lastName}`.trim()
}
