import { agentSessions, callSessions, claims, type CallSession } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockCall } from '../locks.ts'
import { renewHold } from '../routing/places.ts'

export interface CompleteCallInput {
  callSessionId: string
  durationSeconds?: number | undefined
  /** When given, only this agent's call may be completed. */
  agentId?: number | undefined
}

/**
 * Ends a call without an outcome. Its callback stays open with the agent, who goes into wrap-up unless another call is at
 * work, until an outcome is recorded or the claim is given back. A call that has ended already is returned as it is.
 *
 * @throws DomainError `call-session-not-found`, `not-your-call`
 */
export async function completeCall(
  deps: Deps,
  { callSessionId, durationSeconds, agentId }: CompleteCallInput,
): Promise<CallSession> {
  return deps.transact(async (tx) => {
    const known = await callSessions.get(tx.sql, callSessionId)
    requireOwnCall(known, callSessionId, agentId)
    const { call } = await lockCall(tx, known)
    const completed = await callSessions.complete(tx.sql, callSessionId, durationSeconds ?? null, tx.now)
    if (!completed) return call
    tx.afterCommit(() => deps.log.info({ callSessionId, agentId: call.agentId }, 'call completed'))
    if (call.direction === 'inbound') await renewHold(tx, call.userId)
    if (call.agentId !== null) {
      const held = await claims.getHeldEntry(tx.sql, call.agentId)
      if (!held || held.callSessionId === call.id) await agentSessions.wrapUp(tx.sql, call.agentId, tx.now)
    }
    return completed
  })
}

/** @throws DomainError `call-session-not-found`, `not-your-call` */
export function requireOwnCall(
  session: CallSession | undefined,
  callSessionId: string,
  agentId: number | undefined,
): asserts session is CallSession {
  if (!session) throw new DomainError('call-session-not-found', `There is no call session ${callSessionId}`)
  if (agentId !== undefined && session.agentId !== null && session.agentId !== agentId) {
    throw new DomainError('not-your-call', `Call session ${callSessionId} belongs to another agent`)
  }
}
