import { agentSessions, setLockTimeout, type Silence } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { backgroundWaitsMs, lockAgentWithCall } from '../locks.ts'
import { oneByOne } from '../one-by-one.ts'
import { silenceOf } from '../presence/watch.ts'
import { giveBack } from '../queue/release.ts'
import { rerouteAssigned } from '../routing/dispatch.ts'

/**
 * Closes the sessions of agents whose desktop has been silent for too long: their claims go back to their lanes at their
 * old priority, and what was assigned to them is routed again. Returns those agents.
 *
 * @throws what kept one of them from being dropped, when all the others are
 */
export async function sweepLostAgents(deps: Deps): Promise<number[]> {
  const silence = await silenceOf(deps.sql, deps.rules, deps.clock.now())
  const silent = silence ? await agentSessions.listLost(deps.sql, silence) : []
  const loggedOut = await agentSessions.listClaimantsLoggedOut(deps.sql)

  const lost: number[] = []
  await oneByOne(new Set([...silent, ...loggedOut]), async (agentId) => {
    if (await dropAgent(deps, agentId, silence)) lost.push(agentId)
  })
  return lost
}

/** False when the agent has been heard of since it was found silent. */
async function dropAgent(deps: Deps, agentId: number, silence: Silence | null): Promise<boolean> {
  return deps.transact(async (tx) => {
    await setLockTimeout(tx.sql, backgroundWaitsMs)
    const { session, held } = await lockAgentWithCall(tx, agentId)
    const wasClosed = silence !== null && (await agentSessions.closeLost(tx.sql, agentId, silence, tx.now))
    if (session && !wasClosed) return false
    if (held) await giveBack(deps.rules, tx, held, 'agent-lost')
    if (!wasClosed && !held) return false
    tx.afterCommit(() => deps.log.warn({ agentId }, 'agent lost: session closed, calls given back'))
    tx.afterCommit(() => rerouteAssigned(deps, agentId))
    return true
  })
}
