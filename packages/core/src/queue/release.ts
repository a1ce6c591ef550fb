import {
  agentSessions,
  callbackNotifications,
  callbacks,
  callQueue,
  callSessions,
  claims,
  type QueueEntry,
} from '@ringback/db'
import type { Deps, Transaction } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { giveFirstUnassigned } from '../presence/become-available.ts'

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
 * agent is available again, and is given the first other callback that waits for anybody.
 *
 * @throws DomainError `queue-entry-not-found`, `entry-not-claimed`, `not-your-call`
 */
export async function releaseClaim(deps: Deps, { queueEntryId, agentId }: ReleaseInput): Promise<QueueEntry> {
  const now = deps.clock.now()
  const released = await deps.transact(async (unit) => {
    const entry = await callQueue.lock(unit.sql, queueEntryId)
    if (!entry) throw new DomainError('queue-entry-not-found', `There is no queue entry ${queueEntryId}`)
    if (entry.status !== 'in_progress') {
      throw new DomainError(
        'entry-not-claimed',
        `Queue entry ${queueEntryId} is ${entry.status}, nobody has claimed it`,
      )
    }
    if (agentId !== undefined && entry.claimedByAgentId !== agentId) {
      throw new DomainError('not-your-call', `Queue entry ${queueEntryId} is claimed by another agent`)
    }
    const holder = entry.claimedByAgentId!
    const session = await agentSessions.getOpen(unit.sql, holder)
    // While the entry is still claimed: an agent is not given what it gives back.
    if (session && session.status !== 'available') await giveFirstUnassigned(unit, holder, now)
    const standing = await giveBack(unit, entry, 'released', now)
    unit.pipeline(agentSessions.setStatus(unit.sql, holder, 'available', now))
    return standing
  })
  deps.log.info({ queueEntryId, callbackId: released.callbackId }, 'claim released')
  return released
}

/** Gives a locked claim back as part of a larger transaction. */
export async function giveBack(
  { sql, changed, pipeline }: Transaction,
  entry: QueueEntry,
  reason: ReleaseReason,
  now: Date,
): Promise<QueueEntry> {
  const released = await claims.release(sql, entry.id, now)
  if (!released) throw new Error(`Queue entry ${entry.id} is not claimed`)
  changed.push(released)
  if (entry.callbackId) {
    await callbacks.release(sql, entry.callbackId, now)
    pipeline(
      callbackNotifications.add(
        sql,
        [
          {
            callbackId: entry.callbackId,
            kind: 'released',
            agentId: entry.claimedByAgentId,
            details: { queueEntryId: entry.id, callSessionId: entry.callSessionId, reason },
          },
        ],
        now,
      ),
    )
  }
  if (reason === 'released') await callSessions.release(sql, entry.callSessionId!, now)
  else await callSessions.complete(sql, entry.callSessionId!, null, now)
  return released
}
