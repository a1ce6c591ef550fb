import { agents, agentSessions, callQueue, claims, type Agent, type AgentSession, type AgentStatus } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { giveBack } from '../queue/release.ts'
import { dispatch } from '../routing/dispatch.ts'
import { giveFirstUnassigned } from './become-available.ts'

export interface PutAgentInput {
  agentId: number
  firstName: string
  lastName: string
  email?: string | null | undefined
  isActive?: boolean | undefined
}

/** Writes an agent. One who is not active any more is logged out. */
export async function putAgent(deps: Deps, input: PutAgentInput): Promise<{ agent: Agent; created: boolean }> {
  const now = deps.clock.now()
  const { agentId: id, firstName, lastName, email = null, isActive = true } = input
  const { created, ...agent } = await agents.put(deps.sql, { id, firstName, lastName, email, isActive }, now)
  if (!isActive) await closeSession(deps, id)
  return { agent, created }
}

/** Every agent with its open session, or null, by id. */
export async function listAgents(deps: Deps): Promise<(Agent & { session: AgentSession | null })[]> {
  return agents.listWithSession(deps.sql)
}

/**
 * Opens the agent's session, or moves the open one to `status`. An agent who becomes available is given the first
 * callback that waits for anybody.
 *
 * @throws DomainError `agent-not-found`, `agent-inactive`
 */
export async function putSession(
  deps: Deps,
  { agentId, status }: { agentId: number; status: AgentStatus },
): Promise<AgentSession> {
  const now = deps.clock.now()
  return deps.transact(async (unit) => {
    const agent = await agents.get(unit.sql, agentId)
    if (!agent) throw new DomainError('agent-not-found', `There is no agent ${agentId}`)
    if (!agent.isActive) throw new DomainError('agent-inactive', `Agent ${agentId} is not active`)
    const before = await agentSessions.getOpen(unit.sql, agentId)
    if (status === 'available' && before?.status !== 'available') await giveFirstUnassigned(unit, agentId, now)
    return agentSessions.put(unit.sql, agentId, status, now)
  })
}

/** Logs an agent out: a claim goes back to its lane, assigned callbacks go to others. */
export async function closeSession(deps: Deps, agentId: number): Promise<void> {
  const now = deps.clock.now()
  await deps.transact(async (unit) => {
    const held = await claims.getHeld(unit.sql, agentId)
    const entry = held && (await callQueue.lock(unit.sql, held.entry.id))
    if (entry?.status === 'in_progress' && entry.claimedByAgentId === agentId) {
      await giveBack(unit, entry, 'released', now)
    }
    await agentSessions.close(unit.sql, agentId, now)
  })
  await rerouteAssigned(deps, agentId)
}

/** Has the callbacks that were assigned to an agent who is gone routed again, without waiting for the next tick. */
export async function rerouteAssigned(deps: Deps, agentId: number): Promise<void> {
  const callbackIds = await callQueue.listCallbacksAssignedTo(deps.sql, agentId)
  if (callbackIds.length > 0) await dispatch(deps, { callbackIds, runId: null })
}
