import {
  agents,
  agentSessions,
  callSessions,
  claims,
  type Agent,
  type AgentSession,
  type AgentStatus,
  type Sql,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockAgent, lockAgentWithCall } from '../locks.ts'
import { giveBack } from '../queue/release.ts'
import { rerouteAssigned } from '../routing/dispatch.ts'
import type { Transaction } from '../transact.ts'
import { giveFirstUnassigned } from './free-agent.ts'

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

/**
 * Opens the agent's session, or moves the open one to `status`. An agent who becomes available is given the first
 * callback that waits for anybody; one who is in a call is busy, and available when the call is over.
 *
 * @throws DomainError `agent-not-found`, `agent-inactive`
 */
export async function putSession(
  deps: Deps,
  { agentId, status }: { agentId: number; status: AgentStatus },
): Promise<AgentSession> {
  return deps.transact(async (tx) => {
    const { agent, session } = await lockAgent(tx, agentId)
    if (!agent) throw new DomainError('agent-not-found', `There is no agent ${agentId}`)
    if (!agent.isActive) throw new DomainError('agent-inactive', `Agent ${agentId} is not active`)
    const isInCall = status === 'available' && (await isAgentInCall(tx.sql, agentId, tx.now))
    const becomes = isInCall ? 'busy' : status
    if (becomes === 'available' && session?.status !== 'available') await giveFirstUnassigned(tx, agentId)
    tx.afterCommit(() => deps.log.info({ agentId, status: becomes }, 'agent session put'))
    return agentSessions.put(tx.sql, agentId, becomes, tx.now)
  })
}

/** An inbound call that telephony never ended is taken to be over by then. */
export const longestInboundCallMs = 2 * 60 * 60_000

async function isAgentInCall(sql: Sql, agentId: number, now: Date): Promise<boolean> {
  if (await claims.getHeldEntry(sql, agentId)) return true
  return callSessions.isInInboundCall(sql, agentId, addMilliseconds(now, -longestInboundCallMs))
}

/** Logs an agent out: a claim goes back to its lane, assigned callbacks go to others. */
export async function closeSession(deps: Deps, agentId: number): Promise<void> {
  await deps.transact((tx) => logOut(deps, tx, agentId))
}

async function logOut(deps: Deps, tx: Transaction, agentId: number): Promise<void> {
  const { held } = await lockAgentWithCall(tx, agentId)
  if (held) await giveBack(tx, held, 'released')
  await agentSessions.close(tx.sql, agentId, tx.now)
  tx.afterCommit(() => deps.log.info({ agentId }, 'agent logged out'))
  tx.afterCommit(() => rerouteAssigned(deps, agentId))
}
