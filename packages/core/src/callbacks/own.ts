import { callSessions, longestInboundCallMs, users, type Callback, type QueueEntry, type Sql } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import { noSuchCallback } from '../locks.ts'

/**
 * Lets an agent at its own promises and at nobody's; another's is not there for it. Its own are those that prefer it, wait
 * for it in a queue, are claimed by it, or ended with a call of it. Nobody's has none of these, or lies in a queue for
 * whoever comes first, be it that its agent is gone. Without an agent somebody asks who may have any.
 *
 * @param entry the live entry of the callback; to decide on a change it is locked, and so is the callback
 * @throws DomainError `callback-not-found`
 */
export async function requireOwn(
  sql: Sql,
  agentId: number | undefined,
  callback: Callback,
  entry: QueueEntry | undefined,
): Promise<void> {
  if (agentId === undefined) return
  const { completedCallSessionId } = callback
  const call = completedCallSessionId === null ? undefined : await callSessions.get(sql, completedCallSessionId)
  if (!isFor(agentId, callback, entry, call?.agentId)) throw noSuchCallback(callback.id)
}

/**
 * Whether an open promise is there for whoever asks: an agent, or (undefined) somebody who may have any.
 *
 * @param live the live entry of its user, whatever it is for
 */
export function isThereFor(
  askedBy: number | undefined,
  callback: Pick<Callback, 'id' | 'preferredAgentId'>,
  live: QueueEntry | undefined,
): boolean {
  return askedBy === undefined || isFor(askedBy, callback, live?.callbackId === callback.id ? live : undefined)
}

/**
 * Whether whoever asks may read who a user is and what was said in its calls: an agent while it has to do with the user,
 * by an open promise that prefers it, a place in a queue that waits for it or that it has claimed, or an inbound call. What
 * lies with nobody brings nobody a customer's name before it is handed out. Without an agent somebody asks who may read all.
 */
export async function mayReadUser(sql: Sql, askedBy: number | undefined, userId: string, now: Date): Promise<boolean> {
  return (await mayReadUsers(sql, askedBy, [userId], now)).length > 0
}

/** Those of several users whom whoever asks may read. */
export async function mayReadUsers(
  sql: Sql,
  askedBy: number | undefined,
  userIds: string[],
  now: Date,
): Promise<string[]> {
  if (askedBy === undefined) return userIds
  return users.listThoseWith(sql, userIds, askedBy, addMilliseconds(now, -longestInboundCallMs))
}

function isFor(
  agentId: number,
  { preferredAgentId }: Pick<Callback, 'preferredAgentId'>,
  entry: QueueEntry | undefined,
  calledBy?: number | null,
): boolean {
  if (liesWithNobody(entry)) return true
  const agentIds = [preferredAgentId, entry?.assignedToAgentId, entry?.claimedByAgentId, calledBy]
  return agentIds.every((id) => id == null) || agentIds.includes(agentId)
}

function liesWithNobody(entry: QueueEntry | undefined): boolean {
  return entry?.assignedToAgentId === null && entry.claimedByAgentId === null
}
