import { callbacks, callQueue, mayMove, type Callback, type QueueEntry, type QueueType } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { entryOf, lockAgent, lockCallback, type LockedCallback } from '../locks.ts'
import { notServed } from '../queue/queues.ts'
import { requireCallable } from '../queue/stop-calling.ts'
import { serves } from '../routing/choose-agent.ts'
import { acceptedTerms, queueTypeOf } from '../routing/entry-terms.ts'
import { leavePlace } from '../routing/places.ts'
import { inOrder, type Transaction } from '../transact.ts'
import { requireOpen } from './allowed-time.ts'
import { requireOwn } from './own.ts'

export interface AcceptResult {
  callback: Callback
  queueEntry: QueueEntry
  queueType: QueueType
}

export interface AcceptInput {
  callbackId: string
  agentId: number
  /** The agent when it asks itself: it takes its own or nobody's, and no more than agents may. */
  askedBy?: number | undefined
}

/**
 * An agent takes a pending callback as its own next call. The user's other live entry goes; of two agents at once one
 * wins. The same agent again gets the same answer, unless the entry has gone to another agent since.
 *
 * @throws DomainError `callback-not-found`, `agent-not-logged-in`, `callback-not-pending`, `owner-only`,
 *   `too-many-accepted`, `unknown-user`, `do-not-call`, `user-in-call`, `queue-not-served`,
 *   `outside-calling-hours`, `never-allowed`
 */
export async function acceptCallback(deps: Deps, { callbackId, agentId, askedBy }: AcceptInput): Promise<AcceptResult> {
  return deps.transact(async (tx) => {
    const locked = await lockCallback(tx, callbackId)
    // Whoever comes too late is told so.
    if (locked.callback.status === 'pending') await requireOwn(tx.sql, askedBy, locked.callback, entryOf(locked))
    const { agent, session } = await lockAgent(tx, agentId)
    if (!session || !agent?.isActive) {
      throw new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
    }
    const { callback, user, live } = locked
    if (callback.status === 'accepted' && callback.preferredAgentId === agentId)
      return acceptAgain(deps, tx, locked, agentId)
    if (!mayMove(callback.status, 'accept')) {
      const detail = `Callback ${callbackId} is ${callback.status}, not pending`
      throw new DomainError('callback-not-pending', detail, { takenBy: holderOf(entryOf(locked)) })
    }
    if (callback.owner === 'only' && callback.preferredAgentId !== agentId) {
      const detail = `Callback ${callbackId} is for agent ${callback.preferredAgentId} alone; a supervisor may reassign it`
      throw new DomainError('owner-only', detail)
    }
    if (!user) throw new DomainError('unknown-user', `The user of callback ${callbackId} does not exist any more`)
    await requireCallable(tx, locked)
    if (live?.status === 'in_progress') {
      const detail = `The user of callback ${callbackId} is in a call; accept it when that is over`
      throw new DomainError('user-in-call', detail)
    }
    if (askedBy !== undefined) await requireRoom(tx, agentId, deps.rules.acceptedPerAgent)
    const queueType = await queueTypeOf(tx.sql, deps.rules, callback)
    if (callback.preferredAgentId !== agentId && !serves(agent, queueType)) throw notServed(agentId, queueType)
    const availableUntil = await requireOpen(deps, tx, { ...callback, queueType }, user)
    await leavePlace(tx, locked, { by: callbackId, details: { acceptedInstead: callbackId } })
    const { id, userId } = callback
    const terms = { ...acceptedTerms(callback, tx.now), availableUntil }
    const entry = { callbackId: id, userId, queueType, assignedToAgentId: agentId, ...terms }
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
  deps: Deps,
  tx: Transaction,
  locked: LockedCallback,
  agentId: number,
): Promise<AcceptResult> {
  const { callback } = locked
  const entry = entryOf(locked)
  if (entry?.assignedToAgentId === agentId) return { callback, queueEntry: entry, queueType: entry.queueType }
  if (entry?.assignedToAgentId === null) {
    const [queueEntry] = await callQueue.assign(tx.sql, [{ id: entry.id, agentId }], tx.now)
    tx.changed.push(queueEntry!)
    tx.note({ callbackId: callback.id, kind: 'assigned', agentId, details: { queueEntryId: entry.id } })
    tx.afterCommit(() => deps.log.info({ callbackId: callback.id, agentId }, 'callback accepted again'))
    return { callback, queueEntry: queueEntry!, queueType: queueEntry!.queueType }
  }
  const where = entry ? `lies with agent ${entry.assignedToAgentId} now` : 'waits for another promise of its user'
  const detail = `Callback ${callback.id} was accepted before and ${where}`
  throw new DomainError('callback-not-pending', detail, { takenBy: holderOf(entry) })
}

function holderOf(entry: QueueEntry | undefined): number | undefined {
  return entry?.claimedByAgentId ?? entry?.assignedToAgentId ?? undefined
}

/** Nobody else accepts for an agent who is locked, so what is counted stays so. */
async function requireRoom({ sql }: Transaction, agentId: number, atMost: number): Promise<void> {
  if (atMost === 0) return
  const accepted = await callbacks.countAccepted(sql, agentId)
  if (accepted < atMost) return
  const detail = `Agent ${agentId} has accepted ${accepted} callbacks, and ${atMost} are allowed; call some of them first, or put them off`
  throw new DomainError('too-many-accepted', detail)
}
