import { agents, type Agent, type AgentSession, type QueueType } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { requireQueues } from '../queue/queues.ts'
import { rerouteAssigned } from '../routing/dispatch.ts'
import { logOut } from './session.ts'

export interface PutAgentInput {
  agentId: number
  firstName: string
  /** Null for somebody with one name. */
  lastName?: string | null | undefined
  email?: string | null | undefined
  isActive?: boolean | undefined
  /** The queues that it serves; null for all. */
  queueTypes?: QueueType[] | null | undefined
}

/**
 * Writes an agent; what is left out stays as it is. One who is not active any more is logged out. What one has who serves
 * less is routed again: it goes to others, unless it prefers this agent or is being called.
 *
 * @throws DomainError `unknown-queue`
 */
export async function putAgent(deps: Deps, input: PutAgentInput): Promise<{ agent: Agent; created: boolean }> {
  const { agentId: id, lastName, ...fields } = input
  const queueTypes = input.queueTypes && [...new Set(input.queueTypes)].toSorted()
  const lastNameOrNone = lastName === null ? '' : lastName
  return deps.transact(async (tx) => {
    await requireQueues(tx.sql, queueTypes ?? [])
    if (input.isActive === false) await logOut(deps, tx, id)
    const { created, ...agent } = await agents.put(
      tx.sql,
      { ...fields, id, lastName: lastNameOrNone, queueTypes },
      tx.now,
    )
    tx.afterCommit(() => deps.log.info({ agentId: id, created, isActive: agent.isActive }, 'agent written'))
    if (queueTypes !== undefined) tx.afterCommit(() => deps.servedQueues.forget())
    if (queueTypes && !created) tx.afterCommit(() => rerouteAssigned(deps, id))
    return { agent, created }
  })
}

/** Every agent with its open session, or null, by id. */
export async function listAgents(deps: Deps): Promise<(Agent & { session: AgentSession | null })[]> {
  return agents.listWithSession(deps.sql)
}

/** What every agent is called, by id. */
export async function listAgentNames(deps: Deps): Promise<Pick<Agent, 'id' | 'firstName' | 'lastName'>[]> {
  return agents.listNames(deps.sql)
}
