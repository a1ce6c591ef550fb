import { randomUUID } from 'node:crypto'
import { callSessions, users, type CallDirection, type CallSession } from '@ringback/db'
import { requireAgent } from '../callbacks/schedule.ts'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'

export interface StartCallInput {
  userId: string
  agentId?: number | null | undefined
  direction: CallDirection
  twilioCallSid?: string | null | undefined
  startedAt?: Date | undefined
}

/** How far the clock of telephony may be ahead. */
const skewMs = 60_000

/**
 * Opens a call session. The same `twilioCallSid` again returns the session that it opened before, with `created` false; so
 * does the first id that telephony gives to the outbound call of a claim, whose session is there already.
 *
 * @throws DomainError `unknown-user`, `unknown-agent`, `call-in-the-future`, `call-session-exists`
 */
export async function startCall(
  deps: Deps,
  { userId, agentId = null, direction, twilioCallSid = null, startedAt }: StartCallInput,
): Promise<{ session: CallSession; created: boolean }> {
  return deps.transact(async ({ sql, now }) => {
    if (!(await users.hold(sql, userId))) throw new DomainError('unknown-user', `There is no user ${userId}`)
    await requireAgent(sql, agentId)
    if (startedAt && startedAt > addMilliseconds(now, skewMs)) {
      throw new DomainError('call-in-the-future', 'startedAt is more than a minute ahead of the clock of Ringback')
    }
    if (twilioCallSid !== null && direction === 'outbound') {
      const claimed = await callSessions.getClaimed(sql, userId, agentId)
      const adopted = claimed && (await callSessions.adoptTwilioSid(sql, claimed.id, twilioCallSid))
      if (adopted) return { session: adopted, created: false }
    }
    const session = await callSessions.insert(
      sql,
      { id: randomUUID(), userId, agentId, direction, twilioCallSid, startedAt: startedAt ?? now },
      now,
    )
    if (session) return { session, created: true }
    const existing = (await callSessions.getByTwilioSid(sql, twilioCallSid!))!
    const isSame =
      existing.userId === userId &&
      existing.direction === direction &&
      (agentId === null || existing.agentId === agentId)
    if (isSame) return { session: existing, created: false }
    const detail = `twilioCallSid ${twilioCallSid} is known as another call: its user, agent or direction differ`
    throw new DomainError('call-session-exists', detail)
  })
}
