import { randomUUID } from 'node:crypto'
import { callSessions, users, type CallDirection, type CallSession } from '@ringback/db'
import { requireAgent } from '../callbacks/schedule.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'

export interface StartCallInput {
  userId: string
  agentId?: number | null | undefined
  direction: CallDirection
  twilioCallSid?: string | null | undefined
  startedAt?: Date | undefined
}

/**
 * Opens a call session. The same `twilioCallSid` again returns the session that it opened before, with `created` false.
 *
 * @throws DomainError `unknown-user`, `unknown-agent`
 */
export async function startCall(
  deps: Deps,
  { userId, agentId, direction, twilioCallSid, startedAt }: StartCallInput,
): Promise<{ session: CallSession; created: boolean }> {
  const now = deps.clock.now()
  return deps.transact(async ({ sql }) => {
    if (!(await users.hold(sql, userId))) throw new DomainError('unknown-user', `There is no user ${userId}`)
    await requireAgent(sql, agentId)
    const session = await callSessions.insert(
      sql,
      {
        id: randomUUID(),
        userId,
        agentId: agentId ?? null,
        direction,
        twilioCallSid: twilioCallSid ?? null,
        startedAt: startedAt ?? now,
      },
      now,
    )
    if (session) return { session, created: true }
    const existing = await callSessions.getByTwilioSid(sql, twilioCallSid!)
    return { session: existing!, created: false }
  })
}
