import { callbacks, doNotCall, userCallScores } from '@ringback/db'
import { DomainError } from '../errors.ts'
import type { LockedCustomer } from '../locks.ts'
import { leavePlace } from '../routing/places.ts'
import { subjectOfUser, subjectsOf } from '../subjects.ts'
import type { Transaction } from '../transact.ts'

/**
 * Whether a locked customer must not be called now, by its id or by its number. Who puts it on the list locks it as well, so
 * that stays so until the transaction ends.
 */
export function isBlocked({ sql, now }: Transaction, { userId, user }: Omit<LockedCustomer, 'live'>): Promise<boolean> {
  return doNotCall.isBlocked(sql, user ? subjectsOf(user) : [subjectOfUser(userId)], now)
}

/** @throws DomainError `do-not-call` */
export async function requireCallable(tx: Transaction, customer: Omit<LockedCustomer, 'live'>): Promise<void> {
  if (!(await isBlocked(tx, customer))) return
  const detail = `User ${customer.userId}, or its number, is on the do-not-call list; take it off there first`
  throw new DomainError('do-not-call', detail)
}

/**
 * Nobody calls these locked customers any more: their promises are cancelled, their places in queues and the wishes for one
 * are gone. What somebody has claimed is left to its agent. Returns the cancelled callbacks.
 */
export async function stopCalling(tx: Transaction, customers: LockedCustomer[]): Promise<string[]> {
  const { sql, now, pipeline, note } = tx
  if (customers.length === 0) return []
  const userIds = customers.map(({ userId }) => userId)
  await Promise.all(
    customers.map((customer) => leavePlace(tx, customer, { by: customer.live?.callbackId ?? undefined })),
  )
  pipeline(userCallScores.withdrawAll(sql, userIds, now))
  const cancelled = await callbacks.cancelBlocked(sql, userIds, now)
  note(
    ...cancelled.map((callbackId) => ({
      callbackId,
      kind: 'cancelled' as const,
      details: { by: tx.actor.role, result: 'blocked' },
    })),
  )
  return cancelled
}
