import { callbacks, callQueue, type Callback, type QueueEntry, type Sql } from '@ringback/db'
import { DomainError } from '../errors.ts'

/**
 * Locks a callback and the live entry of its user, in the order that all steps keep.
 *
 * @throws DomainError `callback-not-found`
 */
export async function lockCallback(
  sql: Sql,
  callbackId: string,
): Promise<{ callback: Callback; userEntry: QueueEntry | undefined }> {
  const [userEntry, callback] = await Promise.all([
    callQueue.lockLiveOfCallbackUser(sql, callbackId),
    callbacks.lock(sql, callbackId),
  ])
  if (!callback) throw new DomainError('callback-not-found', `There is no callback ${callbackId}`)
  return { callback, userEntry }
}
