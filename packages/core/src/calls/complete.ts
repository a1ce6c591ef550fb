import { agentSessions, callSessions, type CallSession } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'

export interface CompleteCallInput {
  callSessionId: string
  durationSeconds?: number | undefined
  /** When given, only this agent's call may be completed. */
  agentId?: number | undefined
}

/**
 * Ends a call without an outcome. Its callback stays open with the agent, who goes into wrap-up, until an outcome is
 * recorded or the claim is given back. A call that has ended already is returned as it is.
 *
 * @throws DomainError `call-session-not-found`, `not-your-call`
 */
export async function completeCall(
  deps: Deps,
  { callSessionId, durationSeconds, agentId }: CompleteCallInput,
): Promise<CallSession> {
  const now = deps.clock.now()
  return deps.transact(async ({ sql }) => {
    const session = await callSessions.lock(sql, callSessionId)
    requireOwnCall(session, callSessionId, agentId)
    const completed = await callSessions.complete(sql, callSessionId, durationSeconds ?? null, now)
    if (!completed) return session
    if (completed.agentId !== null) await agentSessions.wrapUp(sql, completed.agentId, now)
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
