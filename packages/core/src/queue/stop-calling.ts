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
export async function isBlocked(tx: Transaction, customer: Customer): Promise<boolean> {
  return (await blockedOf(tx, [customer])).has(customer.userId)
}

/** The same for several: the ids of those who must not be called. */
export async function blockedOf({ sql, now }: Transaction, customers: Customer[]): Promise<Set<string>> {
  if (customers.length === 0) return new Set()
  const meaning = customers.map(({ userId, user }) => ({
    userId,
    subjects: user ? subjectsOf(user) : [subjectOfUser(userId)],
  }))
  const subjects = meaning.flatMap((customer) => customer.subjects)
  const blocked = new Set(await doNotCall.listBlocked(sql, subjects, now))
  return new Set(
    meaning.filter((customer) => customer.subjects.some((one) => blocked.has(one))).map(({ userId }) => userId),
  )
}

type Customer = Omit<LockedCustomer, 'live'>

/** @throws DomainError `do-not-call` */
export async function requireCallable(tx: Transaction, customer: Customer): Promise<void> {
  if (await isBlocked(tx, customer)) throw mustNotBeCalled(customer.userId)
}

export function mustNotBeCalled(userId: string): DomainError {
  const detail = `User ${userId}, or its number, is on the do-not-call list; take it off there first`
  return new DomainError('do-not-call', detail)
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
