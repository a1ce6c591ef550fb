import { callQueue, userCallScores, users, type QueueEntry, type QueueType } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'

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
 * @throws DomainError `user-not-found`
 */
export async function putQueueUser(deps: Deps, input: QueueUserInput): Promise<QueueEntry> {
  const now = deps.clock.now()
  const { userId, queueType, priorityScore } = input
  const place = {
    priorityScore,
    queueReason: input.queueReason ?? null,
    claimId: input.claimId ?? null,
    availableFrom: input.availableFrom ?? now,
    signatureMissingSince: input.signatureMissingSince ?? null,
    signatureType: input.signatureType ?? null,
  }
  return deps.transact(async ({ sql, changed }) => {
    const live = await callQueue.lockLiveOfUser(sql, userId)
    if (!(await users.hold(sql, userId))) throw new DomainError('user-not-found', `There is no user ${userId}`)
    await userCallScores.put(sql, { userId, currentQueueType: queueType, ...place }, now)
    const isOrdinary = live && live.callbackId === null && live.status !== 'in_progress'
    if (live && !isOrdinary) return live
    const written = live
      ? [await callQueue.updateOrdinary(sql, live.id, { queueType, ...place }, now)]
      : await userCallScores.restoreEntries(sql, [userId], now)
    // None was written when somebody else put the user into a queue at this moment.
    const entry = written[0] ?? (await callQueue.lockLiveOfUser(sql, userId))
    if (!entry) throw new Error(`User ${userId} was put into a queue and has no live entry`)
    if (written[0]) changed.push(entry)
    return entry
  })
}

/** Takes a user out of a queue. A callback of the user, or a call at work, is left alone. */
export async function removeQueueUser(
  deps: Deps,
  { userId, queueType }: { userId: string; queueType: QueueType },
): Promise<void> {
  const now = deps.clock.now()
  await deps.transact(async ({ sql, changed }) => {
    const live = await callQueue.lockLiveOfUser(sql, userId)
    await userCallScores.withdraw(sql, userId, queueType, now)
    if (live && live.callbackId === null && live.queueType === queueType) {
      changed.push(...(await callQueue.remove(sql, live.id, now)))
    }
  })
}

/** The first waiting entries of a queue in their order, and how many wait. */
export async function listQueue(
  deps: Deps,
  { queueType, limit }: { queueType: QueueType; limit: number },
): Promise<{ queueType: QueueType; total: number; entries: (QueueEntry & { queuePosition: number })[] }> {
  return { queueType, ...(await callQueue.listWaiting(deps.sql, queueType, limit)) }
}
