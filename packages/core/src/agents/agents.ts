import { agents, type Agent, type AgentSession } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { logOut } from './session.ts'

export interface PutAgentInput {
  agentId: number
  firstName: string
  /** Null for somebody with one name. */
  lastName?: string | null | undefined
  email?: string | null | undefined
  isActive?: boolean | undefined
}

/** Writes an agent; what is left out stays as it is. One who is not active any more is logged out. */
export async function putAgent(deps: Deps, input: PutAgentInput): Promise<{ agent: Agent; created: boolean }> {
  const { agentId: id, lastName, ...fields } = input
  const lastNameOrNone = lastName === null ? '' : lastName
  return deps.transact(async (tx) => {
    if (input.isActive === false) await logOut(deps, tx, id)
    const { created, ...agent } = await agents.put(tx.sql, { ...fields, id, lastName: lastNameOrNone }, tx.now)
    tx.afterCommit(() => deps.log.info({ agentId: id, created, isActive: agent.isActive }, 'agent written'))
    return { agent, created }
  })
}

/** Every agent with its open session, or null, by id. */
export async function listAgents(deps: Deps): Promise<(Agent & { session: AgentSession | null })[]> {
  return agents.listWithSession(deps.sql)
}
