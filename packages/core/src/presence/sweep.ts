import { agentSessions, callQueue, claims } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { giveBack } from '../queue/release.ts'
import { rerouteAssigned } from './session.ts'
import { lostBefore } from './watch.ts'

/** An agent shows signs of life. False when it has no open session. */
export async function heartbeat(deps: Deps, agentId: number): Promise<boolean> {
  return agentSessions.touch(deps.sql, agentId, deps.clock.now())
}

/**
 * Closes the sessions of agents whose desktop has been silent for too long: their claims go back to their lanes at their
 * old priority, and what was assigned to them is routed again. Returns those agents.
 */
export async function sweepLostAgents(deps: Deps): Promise<number[]> {
  const now = deps.clock.now()
  const before = await lostBefore(deps.sql, deps.policy, now)
  const silent = before ? await agentSessions.listLost(deps.sql, before) : []
  // A session that was closed at the moment of its agent's claim leaves a claim behind.
  const loggedOut = await agentSessions.listClaimantsLoggedOut(deps.sql)

  const lost: number[] = []
  for (const agentId of new Set([...silent, ...loggedOut])) {
    if (!(await dropAgent(deps, agentId, before, now))) continue
    lost.push(agentId)
    deps.log.warn({ agentId }, 'agent lost: session closed, calls given back')
    await rerouteAssigned(deps, agentId)
  }
  return lost
}

/** False when the agent has been heard of since it was found silent. */
async function dropAgent(deps: Deps, agentId: number, before: Date | null, now: Date): Promise<boolean> {
  return deps.transact(async (unit) => {
    const held = await claims.getHeld(unit.sql, agentId)
    const entry = held && (await callQueue.lock(unit.sql, held.entry.id))
    const wasClosed = before !== null && (await agentSessions.closeLost(unit.sql, agentId, before, now))
    if (await agentSessions.getOpen(unit.sql, agentId)) return false
    const isClaimed = entry?.status === 'in_progress' && entry.claimedByAgentId === agentId
    if (isClaimed) await giveBack(unit, entry, 'agent-lost', now)
    return wasClosed || isClaimed
  })
}
