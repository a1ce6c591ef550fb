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
import type { Deps } from '../deps.ts'
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
  return deps.transact(async ({ sql, changed }) => {
    const { callback, userEntry } = await lockCallback(sql, callbackId)
    if (!(await agentSessions.getOpen(sql, agentId))) {
      throw new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
    }
    if (
      callback.status === 'accepted' &&
      callback.preferredAgentId === agentId &&
      userEntry?.callbackId === callbackId
    ) {
      return { callback, queueEntry: userEntry, queueType: userEntry.queueType }
    }
    if (!mayMove(callback.status, 'accept')) {
      throw new DomainError('callback-not-pending', `Callback ${callbackId} is ${callback.status}, not pending`)
    }
    if (userEntry?.status === 'in_progress') {
      throw new DomainError(
        'user-in-call',
        `The user of callback ${callbackId} is in a call; accept it when that is over`,
      )
    }

    if (userEntry) {
      changed.push(...(await callQueue.remove(sql, [userEntry.id], now)))
      const other = userEntry.callbackId !== callbackId ? userEntry.callbackId : null
      if (other) {
        await callbacks.setQueued(sql, [other], false, now)
        await callbackNotifications.add(
          sql,
          [{ callbackId: other, kind: 'removed', details: { acceptedInstead: callbackId } }],
          now,
        )
      }
    }
    const queueType = await userCallScores.queueTypeOf(sql, callback.userId)
    const [queueEntry] = await callQueue.insertForCallbacks(
      sql,
      [{ callbackId, userId: callback.userId, queueType, assignedToAgentId: agentId, ...acceptedTerms(callback, now) }],
      now,
    )
    if (!queueEntry) {
      throw new DomainError(
        'user-in-call',
        `The user of callback ${callbackId} was put into a queue at this moment; try again`,
      )
    }
    changed.push(queueEntry)
    const accepted = await callbacks.accept(sql, callbackId, agentId, now)
    await callbackNotifications.add(
      sql,
      [{ callbackId, kind: 'accepted', agentId, details: { queueEntryId: queueEntry.id } }],
      now,
    )
    deps.log.info({ callbackId, agentId }, 'callback accepted')
    return { callback: accepted!, queueEntry, queueType }
  })
}
