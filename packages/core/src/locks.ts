import { claims, lock, TryAgain, type Agent, type AgentSession, type Callback, type CallSession } from '@ringback/db'
import type { QueueEntry, User } from '@ringback/db'
import { DomainError } from './errors.ts'
import { inOrder, type Transaction } from './transact.ts'

/**
 * The one place that locks. Whatever changes a customer's places in queues first locks the customer: the user's row, which
 * is there before any entry is and after all are gone. So nobody else makes, moves or ends an entry of that user meanwhile,
 * and what is read from then on stays so until the transaction ends. Of a user who does not exist nothing can be in a
 * queue, and the callback's own row is enough.
 *
 * The order is the same everywhere, so that steps wait for each other and never in a circle:
 *
 *   queue → user → live entry → callback → call session → agent → the agent's session → whoever finds nobody available
 *
 * A queue is locked by who names it, and by who deletes it (`queue/queues.ts`); an entry's own is seen to at COMMIT.
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

/** Locks those whose promises are counted before there is one more: the user, and the agent who makes it. */
export async function lockForPromise(
  { sql }: Transaction,
  userId: string,
  agentId: number | undefined,
): Promise<User | undefined> {
  const [user] = await inOrder(lock.user(sql, userId), agentId === undefined ? undefined : lock.agent(sql, agentId))
  return user
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
}

/** Locks a call and all that its outcome changes. Its user, agent and callback never change, so `known` may be old. */
export async function lockCall({ sql }: Transaction, known: CallSession): Promise<LockedCall> {
  const { id, userId, callbackId, agentId } = known
  const [user, live, callback, call, agent, session] = await inOrder(
    lock.user(sql, userId),
    lock.liveEntryOfUser(sql, userId),
    callbackId === null ? undefined : lock.callback(sql, callbackId),
    lock.callSession(sql, id),
    agentId === null ? undefined : lock.agent(sql, agentId),
    agentId === null ? undefined : lock.openSession(sql, agentId),
  )
  return { userId, user, live, callback, call: call!, agent, session }
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
