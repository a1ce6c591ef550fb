import { erasure, users, type User } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { e164Of } from '../hours/region.ts'
import { lockCustomer, lockNewSubjects } from '../locks.ts'
import { isBlocked, stopCalling } from '../queue/stop-calling.ts'
import { leavePlace, renewWindow } from '../routing/places.ts'
import { subjectsOf } from '../subjects.ts'
import { inOrder, type Transaction } from '../transact.ts'

export interface PutUserInput {
  userId: string
  name: string
  phone?: string | null | undefined
  /** Of IANA. */
  timeZone?: string | null | undefined
  /** Of ISO 3166-1 or -2. */
  region?: string | null | undefined
}

/**
 * Writes a user. A phone, zone or region that is left out stays as it is; null clears it. Whoever comes to be meant by the
 * do-not-call list, by a number or by an id that is there again, leaves the queues as when the list had been written
 * afterwards.
 */
export async function putUser(deps: Deps, input: PutUserInput): Promise<{ user: User; created: boolean }> {
  const { userId: id, name, phone, timeZone, region } = input
  return deps.transact(async (tx) => {
    const before = await lockCustomer(tx, id)
    const phoneE164 = phone == null ? null : e164Of(phone, deps.rules.defaultCountry)
    const { created, ...user } = await users.put(tx.sql, { id, name, phone, phoneE164, timeZone, region }, tx.now)
    const known = before.user ? subjectsOf(before.user) : []
    const subjects = subjectsOf(user).filter((subject) => !known.includes(subject))
    if (subjects.length > 0) {
      await lockNewSubjects(tx, subjects)
      const customer = { ...before, user }
      if (await isBlocked(tx, customer)) await stopCalling(tx, [customer])
    }
    await renewWindow(deps, tx, { ...before, user })
    tx.afterCommit(() => deps.log.info({ userId: id, created }, 'user written'))
    return { user, created }
  })
}

/** So many rows of a kind are erased in one transaction. */
const erasedAtOnce = 1_000

/**
 * Erases a user: its row, its call score, its place in a queue, and whatever was said of it anywhere. Its callbacks stay: a
 * promise does not vanish, it shows up as an error of each tick until somebody cancels it or the user is back. So do its
 * calls and the history of its promises, without a word of what was said.
 *
 * Of a user with a long past that takes several transactions, the last of which removes the user: whatever keeps one of
 * them from its end, the same request again goes on.
 *
 * @throws DomainError `user-not-found`, `user-in-call`
 */
export async function deleteUser(deps: Deps, userId: string): Promise<void> {
  while (!(await deps.transact((tx) => eraseMore(deps, tx, userId)))) continue
}

/** True when the user is gone. */
async function eraseMore(deps: Deps, tx: Transaction, userId: string): Promise<boolean> {
  const locked = await lockCustomer(tx, userId)
  if (!locked.user) throw new DomainError('user-not-found', `There is no user ${userId}`)
  if (locked.live?.status === 'in_progress') {
    throw new DomainError('user-in-call', `User ${userId} is in a call; delete it when that is over`)
  }
  const erased = await inOrder(...erasure.eraseWhatWasSaid(tx.sql, userId, erasedAtOnce))
  if (erased.some(({ count }) => count === erasedAtOnce)) return false

  await leavePlace(tx, locked, { details: { reason: 'user-deleted' } })
  await users.remove(tx.sql, userId)
  // Once more: the removal has waited for whoever was about to write of the user.
  for (const statement of erasure.eraseWhatWasSaid(tx.sql, userId, null)) tx.pipeline(statement)
  tx.afterCommit(() => deps.log.info({ userId }, 'user erased'))
  return true
}
