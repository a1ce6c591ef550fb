import { callQueue, queues, userCallScores, type QueueEntry, type QueueType } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockCustomer } from '../locks.ts'
import { leavePlace, restorePlace } from '../routing/places.ts'
import { noSuchQueue, requireQueues } from './queues.ts'
import { requireCallable } from './stop-calling.ts'

export interface QueueUserInput {
  userId: string
  queueType: QueueType
  /** 0 or more; lower is first. */
  priorityScore: number
  queueReason?: string | null | undefined
  claimId?: string | null | undefined
  availableFrom?: Date | undefined
  signatureMissingSince?: Date | null | undefined
  signatureType?: string | null | undefined
}

/**
 * Puts a user into a queue, or changes the place the user has, and keeps it as the user's call score. While a callback
 * of the user is in a queue, or the user is in a call, that entry stands; the ordinary one follows when it has left.
 * Returns the user's live entry.
 *
 * @throws DomainError `user-not-found`, `unknown-queue`, `do-not-call`
 */
export async function putQueueUser(deps: Deps, input: QueueUserInput): Promise<QueueEntry> {
  const { userId, queueType, priorityScore } = input
  return deps.transact(async (tx) => {
    const { sql, now, changed } = tx
    await requireQueues(sql, [queueType])
    const locked = await lockCustomer(tx, userId)
    const { user, live } = locked
    if (!user) throw new DomainError('user-not-found', `There is no user ${userId}`)
    await requireCallable(tx, locked)
    const place = {
      priorityScore,
      queueReason: input.queueReason ?? null,
      claimId: input.claimId ?? null,
      availableFrom: input.availableFrom ?? now,
      signatureMissingSince: input.signatureMissingSince ?? null,
      signatureType: input.signatureType ?? null,
    }
    await userCallScores.put(sql, { userId, currentQueueType: queueType, ...place }, now)
    tx.afterCommit(() => deps.log.info({ userId, queueType, priorityScore }, 'user put into a queue'))
    if (live && (live.callbackId !== null || live.status === 'in_progress')) return live
    if (!live) {
      await restorePlace(deps, tx, locked)
      return (await callQueue.getLiveOfUser(sql, userId))!
    }
    const entry = (await callQueue.updateOrdinary(sql, live.id, { queueType, ...place }, now))!
    changed.push(entry)
    return entry
  })
}

/** Takes a user out of a queue. A callback of the user, or a call at work, is left alone. */
export async function removeQueueUser(
  deps: Deps,
  { userId, queueType }: { userId: string; queueType: QueueType },
): Promise<void> {
  await deps.transact(async (tx) => {
    const locked = await lockCustomer(tx, userId)
    await userCallScores.withdraw(tx.sql, userId, queueType, tx.now)
    tx.afterCommit(() => deps.log.info({ userId, queueType }, 'user taken out of a queue'))
    const { live } = locked
    if (live?.callbackId === null && live.queueType === queueType) await leavePlace(tx, locked)
  })
}

/**
 * The first waiting entries of a queue in their order, and how many wait.
 *
 * @throws DomainError `queue-not-found`
 */
export async function listQueue(
  deps: Deps,
  { queueType, limit }: { queueType: QueueType; limit: number },
): Promise<{ queueType: QueueType; total: number; entries: (QueueEntry & { queuePosition: number })[] }> {
  if (!(await queues.get(deps.sql, queueType))) throw noSuchQueue(queueType)
  return { queueType, ...(await callQueue.listWaiting(deps.sql, queueType, limit)) }
}
