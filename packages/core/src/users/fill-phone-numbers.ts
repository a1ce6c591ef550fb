import { setTimeout as delay } from 'node:timers/promises'
import { engineFacts, setLockTimeout, users } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { e164Of } from '../hours/region.ts'
import { backgroundWaitsMs, lockCustomers, lockNewSubjects } from '../locks.ts'
import { blockedOf, stopCalling } from '../queue/stop-calling.ts'
import type { Transaction } from '../transact.ts'

const pageSize = 200
/** So much longer than a page took is the pause after it. */
const restFactor = 3
const done = 'done'

/**
 * Gives the users who were written before numbers were kept their numbers, so that an entry of the do-not-call list by number
 * means them as well: who is on it leaves the queues, as when the user had been written now.
 *
 * Page by page, by one of all processes, and once for all: how far it has come is remembered with each page, and so is that it
 * came to the end. Ends early when `signal` says so. Returns how many users were given one.
 */
export async function fillPhoneNumbers(deps: Deps, signal?: AbortSignal): Promise<{ filled: number }> {
  let filled = 0
  for (;;) {
    if (signal?.aborted) break
    const startedAt = performance.now()
    const page = await deps.transact((tx) => fillPage(deps, tx))
    if (!page) break
    filled += page.filled
    await delay((performance.now() - startedAt) * restFactor, undefined, { signal }).catch(() => undefined)
  }
  return { filled }
}

/** Undefined when there is nothing left, or somebody else is at it. */
async function fillPage(deps: Deps, tx: Transaction): Promise<{ filled: number } | undefined> {
  const { sql, now } = tx
  await setLockTimeout(sql, backgroundWaitsMs)
  const reached = await engineFacts.tryLock(sql, 'phone-numbers', now)
  if (reached === undefined || reached === done) return undefined
  const page = await users.listPhones(sql, /^\d+$/.test(reached) ? reached : '-1', pageSize)
  const filled = await fill(
    deps,
    tx,
    page.filter(({ phone, phoneE164 }) => phone !== null && phoneE164 === null).map(({ id }) => id),
  )
  await engineFacts.note(sql, 'phone-numbers', page.length < pageSize ? done : page.at(-1)!.id, now)
  return { filled }
}

async function fill({ rules }: Deps, tx: Transaction, userIds: string[]): Promise<number> {
  if (userIds.length === 0) return 0
  const customers = await lockCustomers(tx, userIds)
  // Read under the lock: somebody may have written the user meanwhile.
  const numbers = customers.flatMap(({ userId: id, user }) => {
    if (user?.phone == null || user.phoneE164 !== null) return []
    const phoneE164 = e164Of(user.phone, rules.defaultCountry)
    return phoneE164 === null ? [] : [{ id, phoneE164 }]
  })
  const written = new Map((await users.setNumbers(tx.sql, numbers, tx.now)).map((user) => [user.id, user]))
  await lockNewSubjects(tx, [...new Set(numbers.map(({ phoneE164 }) => phoneE164))])
  const known = customers.flatMap((customer) => {
    const user = written.get(customer.userId)
    return user ? [{ ...customer, user }] : []
  })
  const blocked = await blockedOf(tx, known)
  await stopCalling(
    tx,
    known.filter(({ userId }) => blocked.has(userId)),
  )
  return written.size
}
