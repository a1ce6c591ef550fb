import { callSessions, type Callback, type QueueEntry, type Sql } from '@ringback/db'
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
  if (agentId === undefined || liesWithNobody(entry)) return
  const { completedCallSessionId, preferredAgentId } = callback
  const call = completedCallSessionId === null ? undefined : await callSessions.get(sql, completedCallSessionId)
  const agentIds = [preferredAgentId, entry?.assignedToAgentId, entry?.claimedByAgentId, call?.agentId]
  const isNobodys = agentIds.every((id) => id == null)
  if (!isNobodys && !agentIds.includes(agentId)) throw noSuchCallback(callback.id)
}

function liesWithNobody(entry: QueueEntry | undefined): boolean {
  return entry?.assignedToAgentId === null && entry.claimedByAgentId === null
}
