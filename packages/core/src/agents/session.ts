import {
  agentSessions,
  callSessions,
  claims,
  longestInboundCallMs,
  type AgentSession,
  type AgentStatus,
  type Sql,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockAgent, lockAgentWithCall } from '../locks.ts'
import { giveBack } from '../queue/release.ts'
import { rerouteAssigned, routeWaitingFor } from '../routing/dispatch.ts'
import { giveFirstUnassigned } from '../routing/free-agent.ts'
import type { Transaction } from '../transact.ts'
import { noSuchAgent } from './find.ts'

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
    if (!agent) throw noSuchAgent(agentId)
    if (!agent.isActive) throw new DomainError('agent-inactive', `Agent ${agentId} is not active`)
    const isInCall = status === 'available' && (await isAgentInCall(tx.sql, agentId, tx.now))
    const becomes = isInCall ? 'busy' : status
    if (becomes === 'available' && session?.status !== 'available')
      await giveFirstUnassigned(deps, tx, agentId, session)
    tx.afterCommit(() => deps.log.info({ agentId, status: becomes }, 'agent session put'))
    const wasThere = session !== undefined && session.status !== 'away'
    if (!wasThere && becomes !== 'away') tx.afterCommit(() => routeWaitingFor(deps, agentId))
    return agentSessions.put(tx.sql, agentId, becomes, tx.now)
  })
}

async function isAgentInCall(sql: Sql, agentId: number, now: Date): Promise<boolean> {
  if (await claims.getHeldEntry(sql, agentId)) return true
  return callSessions.isInInboundCall(sql, agentId, addMilliseconds(now, -longestInboundCallMs))
}

/** Logs an agent out: a claim goes back to its lane, assigned callbacks go to others. */
export async function closeSession(deps: Deps, agentId: number): Promise<void> {
  await deps.transact((tx) => logOut(deps, tx, agentId))
}

/** Logs an agent out as part of a larger transaction. */
export async function logOut(deps: Deps, tx: Transaction, agentId: number): Promise<void> {
  const { held } = await lockAgentWithCall(tx, agentId)
  if (held) await giveBack(deps, tx, held, 'released')
  await agentSessions.close(tx.sql, agentId, tx.now)
  tx.afterCommit(() => deps.log.info({ agentId }, 'agent logged out'))
  tx.afterCommit(() => rerouteAssigned(deps, agentId))
}
