import {
  agentSessions,
  callbackNotifications,
  callbacks,
  callQueue,
  userCallScores,
  type Callback,
  type QueueEntry,
  type QueueType,
} from '@ringback/db'
import type { Deps, Transaction } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { acceptedTerms } from '../routing/entry-terms.ts'
import { mayMove } from '../transitions.ts'
import { lockCallback } from './lock.ts'

export interface AcceptResult {
  callback: Callback
  queueEntry: QueueEntry
  queueType: QueueType
}

/**
 * An agent takes a pending callback as its own next call. The user's other live entry goes; of two agents at once one
 * wins. The same agent again gets the same answer.
 *
 * @throws DomainError `callback-not-found`, `agent-not-logged-in`, `callback-not-pending`, `user-in-call`
 */
export async function acceptCallback(
  deps: Deps,
  { callbackId, agentId }: { callbackId: string; agentId: number },
): Promise<AcceptResult> {
  const now = deps.clock.now()
  const { isNew, ...result } = await deps.transact(async (unit) => {
    const [{ callback, userEntry }, session] = await Promise.all([
      lockCallback(unit.sql, callbackId),
      agentSessions.getOpen(unit.sql, agentId),
    ])
    if (!session) {
      throw new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
    }
    const isMine = callback.status === 'accepted' && callback.preferredAgentId === agentId
    if (isMine && userEntry?.callbackId === callbackId) {
      return { callback, queueEntry: userEntry, queueType: userEntry.queueType, isNew: false }
    }
    if (!mayMove(callback.status, 'accept')) {
      throw new DomainError('callback-not-pending', `Callback ${callbackId} is ${callback.status}, not pending`)
    }
    if (userEntry?.status === 'in_progress') {
      const detail = `The user of callback ${callbackId} is in a call; accept it when that is over`
      throw new DomainError('user-in-call', detail)
    }
    const [queueType] = await Promise.all([
      userCallScores.queueTypeOf(unit.sql, callback.userId),
      userEntry && displace(unit, userEntry, callbackId, now),
    ])
    return { ...(await queueFor(unit, agentId, callback, queueType, now)), isNew: true }
  })
  if (isNew) deps.log.info({ callbackId, agentId }, 'callback accepted')
  return result
}

/** Takes the user's live entry out of its queue. Another callback that stood there is found again by a tick. */
async function displace(
  { sql, changed, pipeline }: Transaction,
  entry: QueueEntry,
  callbackId: string,
  now: Date,
): Promise<void> {
  changed.push(...(await callQueue.remove(sql, entry.id, now)))
  if (entry.callbackId === null || entry.callbackId === callbackId) return
  pipeline(callbacks.setQueued(sql, [entry.callbackId], false, now))
  const details = { acceptedInstead: callbackId }
  pipeline(callbackNotifications.add(sql, [{ callbackId: entry.callbackId, kind: 'removed', details }], now))
}

/** Makes the one entry that puts the callback first in line for the agent. */
async function queueFor(
  { sql, changed, pipeline }: Transaction,
  agentId: number,
  callback: Callback,
  queueType: QueueType,
  now: Date,
): Promise<AcceptResult> {
  const { id: callbackId, userId } = callback
  const entry = { callbackId, userId, queueType, assignedToAgentId: agentId, ...acceptedTerms(callback, now) }
  const [queueEntry, accepted] = await Promise.all([
    callQueue.insertForCallback(sql, entry, now),
    callbacks.accept(sql, callbackId, agentId, now),
  ])
  changed.push(queueEntry)
  const details = { queueEntryId: queueEntry.id }
  pipeline(callbackNotifications.add(sql, [{ callbackId, kind: 'accepted', agentId, details }], now))
  return { callback: accepted!, queueEntry, queueType }
}
