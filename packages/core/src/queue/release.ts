import {
  agentSessions,
  callbacks,
  callQueue,
  callSessions,
  claims,
  userCallScores,
  type QueueEntry,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockAgent, lockCustomer, type HeldCall } from '../locks.ts'
import { giveFirstUnassigned } from '../routing/free-agent.ts'
import { leavePlace, renewWindow, restorePlace } from '../routing/places.ts'
import { inOrder, type Transaction } from '../transact.ts'
import { isBlocked, stopCalling } from './stop-calling.ts'

/**
 * Why a claim is given back: the agent did so before calling, or the desktop died and nobody knows whether the customer
 * was called.
 */
export type ReleaseReason = 'released' | 'agent-lost'

export interface ReleaseInput {
  queueEntryId: string
  /** When given, only this agent's claim may be given back. */
  agentId?: number | undefined
}

/**
 * Gives a claimed entry back: it returns to its lane at its old priority, and the callback is what it was before. The
 * agent is available again, unless it chose otherwise, and is given the first other callback that waits for anybody.
 *
 * @throws DomainError `queue-entry-not-found`, `entry-not-claimed`, `not-your-call`
 */
export async function releaseClaim(deps: Deps, { queueEntryId, agentId }: ReleaseInput): Promise<QueueEntry> {
  return deps.transact(async (tx) => {
    const known = await callQueue.get(tx.sql, queueEntryId)
    if (!known) throw new DomainError('queue-entry-not-found', `There is no queue entry ${queueEntryId}`)
    const { live, ...customer } = await lockCustomer(tx, known.userId)
    if (live?.id !== queueEntryId || live.claimedByAgentId === null) {
      const { status } = live?.id === queueEntryId ? live : (await callQueue.get(tx.sql, queueEntryId))!
      throw new DomainError('entry-not-claimed', `Queue entry ${queueEntryId} is ${status}, nobody has claimed it`)
    }
    if (agentId !== undefined && live.claimedByAgentId !== agentId) {
      throw new DomainError('not-your-call', `Queue entry ${queueEntryId} is claimed by another agent`)
    }
    const { session } = await lockAgent(tx, live.claimedByAgentId)
    const isFreed = session?.status === 'busy' || session?.status === 'wrap_up'
    // While the entry is still claimed: an agent is not given what it gives back.
    if (isFreed) await giveFirstUnassigned(deps, tx, session.agentId, session)
    const released = await giveBack(deps, tx, { ...customer, live }, 'released')
    if (isFreed) tx.pipeline(agentSessions.free(tx.sql, session.agentId, tx.now))
    tx.afterCommit(() => deps.log.info({ queueEntryId, callbackId: released.callbackId }, 'claim released'))
    return released
  })
}

/**
 * Gives a locked claim back as part of a larger transaction. A promise whose customer was reached meanwhile, in an inbound
 * call, ends. Returns the entry as it stands then.
 */
export async function giveBack(
  deps: Deps,
  tx: Transaction,
  { live, ...customer }: HeldCall,
  reason: ReleaseReason,
): Promise<QueueEntry> {
  const { sql, now, changed, note } = tx
  const released = await claims.release(sql, live.id, now)
  if (!released) throw new Error(`Queue entry ${live.id} is not claimed`)
  const ended = live.callbackId ? await callbacks.endReached(sql, live.callbackId, now) : undefined
  if (live.callbackId) {
    if (!ended) await callbacks.release(sql, live.callbackId, now)
    note({
      callbackId: live.callbackId,
      kind: 'released',
      agentId: live.claimedByAgentId,
      details: { queueEntryId: live.id, callSessionId: live.callSessionId, reason },
    })
  }
  if (reason === 'released') await callSessions.release(sql, live.callSessionId!, now)
  else await callSessions.complete(sql, live.callSessionId!, null, now)
  const standing = live.callbackId ? released : await asLastScored(tx, released)
  changed.push(standing)
  if (ended) {
    const { id: callbackId, completedCallSessionId: callSessionId, result, attempts } = ended
    note({ callbackId, kind: 'completed', details: { callSessionId, result, attempts } })
    const freed = { ...customer, live: standing }
    const [[removed]] = await inOrder(leavePlace(tx, freed, { by: callbackId }), restorePlace(deps, tx, freed))
    return removed!
  }
  const isRenewed = await renewWindow(deps, tx, { ...customer, live: standing })
  // What was claimed when its customer was put on the do-not-call list was left to the agent, and to nobody else.
  if (!(await isBlocked(tx, customer))) return isRenewed ? (await callQueue.get(sql, standing.id))! : standing
  await stopCalling(tx, [{ ...customer, live: standing }])
  return (await callQueue.get(sql, standing.id))!
}

/**
 * An ordinary entry that was claimed stands where integrations want the user now, or nowhere. A promise that waited for the
 * end of the call may take its place.
 */
async function asLastScored({ sql, now, pipeline }: Transaction, entry: QueueEntry): Promise<QueueEntry> {
  pipeline(callbacks.wakeDeferred(sql, [entry.userId]))
  const score = await userCallScores.get(sql, entry.userId)
  if (!score?.queuedAt) return (await callQueue.remove(sql, entry.id, now))[0]!
  const { currentQueueType: queueType, userId: _, queuedAt: __, updatedAt: ___, ...place } = score
  return (await callQueue.updateOrdinary(sql, entry.id, { queueType, ...place }, now))!
}
