import {
  callbacks,
  callQueue,
  mayMove,
  userCallScores,
  type Callback,
  type QueueEntry,
  type QueueType,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockAgent, lockCallback, type LockedCallback } from '../locks.ts'
import { leavePlace } from '../queue/places.ts'
import { acceptedTerms } from '../routing/entry-terms.ts'
import { inOrder, type Transaction } from '../transact.ts'

export interface AcceptResult {
  callback: Callback
  queueEntry: QueueEntry
  queueType: QueueType
}

/**
 * An agent takes a pending callback as its own next call. The user's other live entry goes; of two agents at once one
 * wins. The same agent again gets the same answer, unless the entry has gone to another agent since.
 *
 * @throws DomainError `callback-not-found`, `agent-not-logged-in`, `callback-not-pending`, `unknown-user`, `user-in-call`
 */
export async function acceptCallback(
  deps: Deps,
  { callbackId, agentId }: { callbackId: string; agentId: number },
): Promise<AcceptResult> {
  return deps.transact(async (tx) => {
    const locked = await lockCallback(tx, callbackId)
    const { agent, session } = await lockAgent(tx, agentId)
    if (!session || !agent?.isActive) {
      throw new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
    }
    const { callback, user, live } = locked
    if (callback.status === 'accepted' && callback.preferredAgentId === agentId) return acceptAgain(tx, locked, agentId)
    if (!mayMove(callback.status, 'accept')) {
      throw new DomainError('callback-not-pending', `Callback ${callbackId} is ${callback.status}, not pending`)
    }
    if (!user) throw new DomainError('unknown-user', `The user of callback ${callbackId} does not exist any more`)
    if (live?.status === 'in_progress') {
      const detail = `The user of callback ${callbackId} is in a call; accept it when that is over`
      throw new DomainError('user-in-call', detail)
    }
    const [queueType] = await inOrder(
      userCallScores.queueTypeOf(tx.sql, callback.userId),
      leavePlace(tx, locked, { by: callbackId, details: { acceptedInstead: callbackId } }),
    )
    const { id, userId } = callback
    const entry = { callbackId: id, userId, queueType, assignedToAgentId: agentId, ...acceptedTerms(callback, tx.now) }
    const [queueEntry, accepted] = await inOrder(
      callQueue.insertForCallback(tx.sql, entry, tx.now),
      callbacks.accept(tx.sql, id, agentId, tx.now),
    )
    tx.changed.push(queueEntry)
    tx.note({ callbackId, kind: 'accepted', agentId, details: { queueEntryId: queueEntry.id } })
    tx.afterCommit(() => deps.log.info({ callbackId, agentId }, 'callback accepted'))
    return { callback: accepted!, queueEntry, queueType }
  })
}

/** The agent has accepted the callback before: the same answer, or the entry is its own again when it is nobody's. */
async function acceptAgain(
  tx: Transaction,
  { callback, live }: LockedCallback,
  agentId: number,
): Promise<AcceptResult> {
  const isInLine = live?.callbackId === callback.id
  if (isInLine && live.assignedToAgentId === agentId) {
    return { callback, queueEntry: live, queueType: live.queueType }
  }
  if (isInLine && live.assignedToAgentId === null) {
    const [queueEntry] = await callQueue.assign(tx.sql, [{ id: live.id, agentId }], tx.now)
    tx.changed.push(queueEntry!)
    tx.note({ callbackId: callback.id, kind: 'assigned', agentId, details: { queueEntryId: live.id } })
    return { callback, queueEntry: queueEntry!, queueType: queueEntry!.queueType }
  }
  const where = isInLine ? `lies with agent ${live.assignedToAgentId} now` : 'waits for another promise of its user'
  throw new DomainError('callback-not-pending', `Callback ${callback.id} was accepted before and ${where}`)
}
