import { users, type User } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockCustomer } from '../locks.ts'
import { leavePlace } from '../queue/places.ts'

export interface PutUserInput {
  userId: string
  name: string
  phone?: string | null | undefined
}

/** Writes a user. A phone that is left out stays as it is; null clears it. */
export async function putUser(deps: Deps, input: PutUserInput): Promise<{ user: User; created: boolean }> {
  const { userId: id, name, phone } = input
  return deps.write(async ({ sql, now, afterCommit }) => {
    const { created, ...user } = await users.put(sql, { id, name, phone }, now)
    afterCommit(() => deps.log.info({ userId: id, created }, 'user written'))
    return { user, created }
  })
}

/** @throws DomainError `user-not-found` */
export async function getUser(deps: Deps, userId: string): Promise<User> {
  const user = await users.get(deps.sql, userId)
  if (!user) throw new DomainError('user-not-found', `There is no user ${userId}`)
  return user
}

/**
 * Deletes a user, its call score and its place in a queue. Its callbacks stay: a promise does not vanish, it shows up
 * as an error of each tick until somebody cancels it or the user is back.
 *
 * @throws DomainError `user-not-found`, `user-in-call`
 */
export async function deleteUser(deps: Deps, userId: string): Promise<void> {
  await deps.transact(async (tx) => {
    const locked = await lockCustomer(tx, userId)
    if (!locked.user) throw new DomainError('user-not-found', `There is no user ${userId}`)
    if (locked.live?.status === 'in_progress') {
      throw new DomainError('user-in-call', `User ${userId} is in a call; delete it when that is over`)
    }
    await leavePlace(tx, locked, { details: { reason: 'user-deleted' } })
    await users.remove(tx.sql, userId)
    tx.afterCommit(() => deps.log.info({ userId }, 'user erased'))
  })
}
