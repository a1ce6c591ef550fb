import { callSessions, type CallSession } from '@ringback/db'
import { mayReadUser } from '../callbacks/own.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'

/**
 * A call with its notes. When an agent asks, its own calls are there, and those of a user with whom it has to do now
 * (`mayReadUser`).
 *
 * @throws DomainError `call-session-not-found`
 */
export async function getCall(
  { sql, clock }: Deps,
  callSessionId: string,
  askedBy: number | undefined,
): Promise<CallSession> {
  const call = await callSessions.get(sql, callSessionId)
  const isThere = call && (call.agentId === askedBy || (await mayReadUser(sql, askedBy, call.userId, clock.now())))
  if (!isThere) throw new DomainError('call-session-not-found', `There is no call session ${callSessionId}`)
  return call
}

export interface CallPage {
  items: CallSession[]
  /** Where the next page begins; null on the last one. */
  next: callSessions.CallCursor | null
}

/** A page of calls, the newest first. When an agent asks, of those that are there for it, as with `getCall`. */
export async function listCalls(
  { sql, clock }: Deps,
  {
    filter,
    before,
    limit,
    askedBy,
  }: {
    filter: callSessions.CallFilter
    before?: callSessions.CallCursor | undefined
    limit: number
    askedBy: number | undefined
  },
): Promise<CallPage> {
  const { userId } = filter
  const mayReadAll =
    askedBy === undefined || (userId !== undefined && (await mayReadUser(sql, askedBy, userId, clock.now())))
  const agentId = mayReadAll ? filter.agentId : askedBy
  const rows = await callSessions.list(sql, { ...filter, agentId }, before, limit + 1)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { startedAt: last.startedAt, id: last.id } : null }
}
