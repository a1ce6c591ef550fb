import { erasure, TryAgain, users, type Metadata, type User } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError, refusal } from '../errors.ts'
import { e164Of } from '../hours/region.ts'
import { lockCustomer, lockCustomers, lockNewSubjects } from '../locks.ts'
import { blockedOf, stopCalling } from '../queue/stop-calling.ts'
import { leavePlace, renewWindows } from '../routing/places.ts'
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
  /** What another system knows the user by; of one user at most. */
  externalId?: string | null | undefined
  /** What another system keeps with the user; as a whole. */
  metadata?: Metadata | undefined
}

export interface PutUserResult {
  user: User
  /** Whether it is new. */
  created: boolean
}

/**
 * Writes a user. What is left out stays as it is; null clears it. Whoever comes to be meant by the do-not-call list, by a
 * number or by an id that is there again, leaves the queues as when the list had been written afterwards.
 *
 * @throws DomainError `external-id-taken`
 */
export async function putUser(deps: Deps, input: PutUserInput): Promise<PutUserResult> {
  return deps.transact(async (tx) => {
    const [result] = await writeAll(deps, tx, [input])
    if (result instanceof DomainError) throw result
    const { created } = result!
    tx.afterCommit(() => deps.log.info({ userId: input.userId, created }, 'user written'))
    return result!
  })
}

/**
 * The same for many in one transaction, one after the other in the order given: one that is refused keeps none of the others
 * from being written. Of a user who is named several times each result has what the user is in the end.
 */
export async function putUsers(deps: Deps, inputs: PutUserInput[]): Promise<(PutUserResult | DomainError)[]> {
  return deps.transact(async (tx) => {
    const results = await writeAll(deps, tx, inputs)
    const refused = results.filter((result) => result instanceof DomainError).length
    const about = { users: new Set(inputs.map(({ userId }) => userId)).size, refused }
    tx.afterCommit(() => deps.log.info(about, 'users written'))
    return results
  })
}

async function writeAll(deps: Deps, tx: Transaction, inputs: PutUserInput[]): Promise<(PutUserResult | DomainError)[]> {
  const customers = await lockCustomers(tx, [...new Set(inputs.map(({ userId }) => userId))])
  const before = new Map(customers.map((customer) => [customer.userId, customer]))
  const { written, verdicts } = await decideAll(deps, tx, inputs, before)
  const after = await store(tx, [...written.values()], before)
  const changed = after.map((user) => ({ userId: user.id, live: before.get(user.id)?.live, user }))

  const newSubjectsOf = ({ user }: { user: User }) => {
    const known = before.get(user.id)?.user
    const knownSubjects = known ? subjectsOf(known) : []
    return subjectsOf(user).filter((subject) => !knownSubjects.includes(subject))
  }
  const meantAnew = changed.filter((customer) => newSubjectsOf(customer).length > 0)
  if (meantAnew.length > 0) {
    await lockNewSubjects(tx, [...new Set(meantAnew.flatMap(newSubjectsOf))])
    const blocked = await blockedOf(tx, meantAnew)
    await stopCalling(
      tx,
      meantAnew.filter(({ userId }) => blocked.has(userId)),
    )
  }
  await renewWindows(deps, tx, changed)

  const byId = new Map(after.map((user) => [user.id, user]))
  return verdicts.map((verdict) =>
    verdict instanceof DomainError ? verdict : { user: byId.get(verdict.userId)!, created: verdict.created },
  )
}

type Before = ReadonlyMap<string, { user: User | undefined }>
type Verdict = { userId: string; created: boolean } | DomainError

/** What each user is to be in the end, and what becomes of each input. */
async function decideAll(
  { rules }: Deps,
  { sql }: Transaction,
  inputs: PutUserInput[],
  before: Before,
): Promise<{ written: Map<string, users.WrittenUser>; verdicts: Verdict[] }> {
  const named = inputs.flatMap(({ externalId }) => externalId ?? [])
  const found = await users.listByExternalIds(sql, named)
  const holders = new Map(found.map(({ id, externalId }) => [externalId, id]))
  const written = new Map<string, users.WrittenUser>()

  function decide({ userId: id, phone, ...fields }: PutUserInput): Verdict {
    const known = written.get(id) ?? before.get(id)?.user
    const { externalId } = fields
    const holder = externalId == null ? undefined : holders.get(externalId)
    if (holder !== undefined && holder !== id) {
      const detail = `User ${holder} has that externalId, which names one user alone; clear it there first`
      throw new DomainError('external-id-taken', detail)
    }
    const number = phone === undefined ? {} : { phone, phoneE164: phone && e164Of(phone, rules.defaultCountry) }
    const user = { ...(known ?? newUser(id)), ...whatIsNamed(fields), ...whatIsNamed(number) }
    if (known?.externalId != null) holders.delete(known.externalId)
    if (user.externalId !== null) holders.set(user.externalId, id)
    written.set(id, user)
    return { userId: id, created: known === undefined }
  }

  const verdicts = inputs.map((input) => {
    try {
      return decide(input)
    } catch (error) {
      return refusal(error)
    }
  })
  return { written, verdicts }
}

function newUser(id: string): Omit<users.WrittenUser, 'name'> {
  return { id, phone: null, phoneE164: null, timeZone: null, region: null, externalId: null, metadata: {} }
}

/** Fields that are not left out. */
function whatIsNamed<Fields extends object>(fields: Fields) {
  const named = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(named) as { [Field in keyof Fields]: Exclude<Fields[Field], undefined> }
}

/** Writes users as they are to be, whoever has had their external ids until now. */
async function store({ sql, now }: Transaction, rows: users.WrittenUser[], before: Before): Promise<User[]> {
  const known = rows.filter(({ id }) => before.get(id)?.user)
  const fresh = rows.filter(({ id }) => !before.get(id)?.user)
  const freed = known.filter(({ id, externalId }) => {
    const had = before.get(id)!.user!.externalId
    return had !== null && had !== externalId
  })
  const [, updated, inserted] = await inOrder(
    users.freeExternalIds(
      sql,
      freed.map(({ id }) => id),
    ),
    users.updateAll(sql, known, now),
    users.insertAll(sql, fresh, now),
  )
  if (inserted.length < fresh.length) throw new TryAgain('a user has been made meanwhile')
  return [...updated, ...inserted]
}

/** Where a page of users ends. */
export interface UserCursor {
  id: string
}

/** A page of users by id. */
export async function listUsers(
  deps: Deps,
  { filter, after, limit }: { filter: users.UserFilter; after?: UserCursor | undefined; limit: number },
): Promise<{ items: User[]; next: UserCursor | null }> {
  const rows = await users.list(deps.sql, filter, after?.id, limit + 1)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { id: last.id } : null }
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
