import {
  claims,
  lock,
  TryAgain,
  users,
  type Agent,
  type AgentSession,
  type Calendar,
  type Callback,
  type CallSession,
} from '@ringback/db'
import type { QueueEntry, User } from '@ringback/db'
import { DomainError } from './errors.ts'
import { idsAndNumbersOf } from './subjects.ts'
import { inOrder, type Transaction } from './transact.ts'

/**
 * The one place that locks. Whatever changes a customer's places in queues first locks the customer: the user's row, which
 * is there before any entry is and after all are gone. So nobody else makes, moves or ends an entry of that user meanwhile,
 * and what is read from then on stays so until the transaction ends. Of a user who does not exist nothing can be in a
 * queue, and the callback's own row is enough.
 *
 * The order is the same everywhere, so that steps wait for each other and never in a circle:
 *
 *   queue → user → live entry → subject of the do-not-call list → callback → call session → agent → the agent's session
 *   → whoever finds nobody available
 *
 * A queue is locked by who names it, and by who deletes it (`queue/queues.ts`); an entry's own is seen to at COMMIT. A
 * calendar is locked by itself: whoever locks one locks nothing else. So is what the engine knows of itself, but that whoever
 * goes by it holds it first.
 *
 * A claim is one statement and locks no user: it takes an entry that waits, which is why entries are locked here as well.
 */

/** So long, in milliseconds, work that nobody has asked for, and that has more to do, waits for the rows of others. */
export const backgroundWaitsMs = 1_000

/** A customer whose places in queues nobody else changes. */
export interface LockedCustomer {
  userId: string
  /** Undefined when the user does not exist. */
  user: User | undefined
  /** The user's live entry. */
  live: QueueEntry | undefined
}

export async function lockCustomer({ sql }: Transaction, userId: string): Promise<LockedCustomer> {
  const [user, live] = await inOrder(lock.user(sql, userId), lock.liveEntryOfUser(sql, userId))
  return { userId, user, live }
}

/** The same for several who are there, in the order of their ids. */
export async function lockCustomers({ sql }: Transaction, userIds: string[]): Promise<LockedCustomer[]> {
  const [rows, entries] = await inOrder(lock.usersByIds(sql, userIds), lock.liveEntriesOfUsers(sql, userIds))
  const liveOf = new Map(entries.map((entry) => [entry.userId, entry]))
  return rows.map((user) => ({ userId: user.id, user, live: liveOf.get(user.id) }))
}

/**
 * Locks subjects of the do-not-call list and the customers whom they mean; those of a user who does not exist are there
 * without one. Whoever gives a user a number, or makes a user, locks these as well: so nobody becomes one whom they mean
 * until the transaction ends.
 */
export async function lockSubjects({ sql }: Transaction, subjects: string[]): Promise<LockedCustomer[]> {
  const meant = idsAndNumbersOf(subjects)
  const known = await users.listIds(sql, meant)
  const [rows, entries] = await inOrder(lock.usersByIds(sql, known), lock.liveEntriesOfUsers(sql, known))
  const [, found] = await inOrder(lock.subjects(sql, subjects), users.listIds(sql, meant))
  if (found.join() !== rows.map(({ id }) => id).join()) throw new TryAgain('a subject has come to mean other users')
  const userOf = new Map(rows.map((row) => [row.id, row]))
  const liveOf = new Map(entries.map((entry) => [entry.userId, entry]))
  return [...new Set([...meant.ids, ...found])].map((userId) => ({
    userId,
    user: userOf.get(userId),
    live: liveOf.get(userId),
  }))
}

/** Locks subjects that come to mean a customer who is locked: by its new number, or since it is new itself. */
export async function lockNewSubjects({ sql }: Transaction, subjects: string[]): Promise<void> {
  await lock.subjects(sql, subjects)
}

/** Locks those whose promises are counted before there are more: the users, and the agent who makes them. Returns the users. */
export async function lockForPromises(
  { sql }: Transaction,
  userIds: string[],
  agentId: number | undefined,
): Promise<User[]> {
  const [rows] = await inOrder(
    lock.usersByIds(sql, userIds),
    agentId === undefined ? undefined : lock.agent(sql, agentId),
  )
  return rows
}

export interface LockedCallback extends LockedCustomer {
  callback: Callback
}

/** The live entry of a locked callback, unless its user's is another one. */
export function entryOf({ callback, live }: LockedCallback): QueueEntry | undefined {
  return live?.callbackId === callback.id ? live : undefined
}

/** @throws DomainError `callback-not-found` */
export async function lockCallback({ sql }: Transaction, callbackId: string): Promise<LockedCallback> {
  const [user, live, callback] = await inOrder(
    lock.userOfCallback(sql, callbackId),
    lock.liveEntryOfCallbackUser(sql, callbackId),
    lock.callback(sql, callbackId),
  )
  if (!callback) throw noSuchCallback(callbackId)
  return { userId: callback.userId, user, live, callback }
}

/** What is said of a callback that is not there, or not for whoever asks. */
export function noSuchCallback(callbackId: string): DomainError {
  return new DomainError('callback-not-found', `There is no callback ${callbackId}`)
}

/** Locks a calendar before it goes; who names it in the same moment holds it, and is waited for. */
export async function lockCalendar({ sql }: Transaction, id: string): Promise<Calendar | undefined> {
  return lock.calendar(sql, id)
}

export interface LockedAgent {
  agent: Agent | undefined
  /** The open session. While it is locked the agent claims nothing. */
  session: AgentSession | undefined
}

export async function lockAgent({ sql }: Transaction, agentId: number): Promise<LockedAgent> {
  const [agent, session] = await inOrder(lock.agent(sql, agentId), lock.openSession(sql, agentId))
  return { agent, session }
}

export interface LockedCall extends LockedCustomer, LockedAgent {
  call: CallSession
  /** The callback that the call was made for. */
  callback: Callback | undefined
  /** Of an inbound call: the open callbacks of its user, by id. */
  promises: Callback[]
}

/**
 * Locks a call and all that its outcome changes. Its user and callback never change, so `known` may be old; an agent may have
 * taken an inbound one meanwhile.
 */
export async function lockCall({ sql }: Transaction, known: CallSession): Promise<LockedCall> {
  const { id, userId, callbackId, agentId, direction } = known
  const [user, live, callback, promises, call, agent, session] = await inOrder(
    lock.user(sql, userId),
    lock.liveEntryOfUser(sql, userId),
    callbackId === null ? undefined : lock.callback(sql, callbackId),
    direction === 'inbound' ? lock.openCallbacksOfUser(sql, userId) : undefined,
    lock.callSession(sql, id),
    agentId === null ? undefined : lock.agent(sql, agentId),
    agentId === null ? undefined : lock.openSession(sql, agentId),
  )
  if (call!.agentId !== agentId) throw new TryAgain(`Agent ${call!.agentId} has taken call session ${id} meanwhile`)
  return { userId, user, live, callback, promises: promises ?? [], call: call!, agent, session }
}

/** A customer whose live entry is claimed. */
export type HeldCall = LockedCustomer & { live: QueueEntry }

/** Locks an agent and the call that it holds, if any. */
export async function lockAgentWithCall(
  tx: Transaction,
  agentId: number,
): Promise<LockedAgent & { held: HeldCall | undefined }> {
  const known = await claims.getHeldEntry(tx.sql, agentId)
  const customer = known && (await lockCustomer(tx, known.userId))
  const locked = await lockAgent(tx, agentId)
  const entry = await claims.getHeldEntry(tx.sql, agentId)
  if (entry?.id !== known?.id) throw new TryAgain(`Agent ${agentId} has got or given back a call meanwhile`)
  return { ...locked, held: customer?.live && { ...customer, live: customer.live } }
}
