import { users, type Sql } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import { DomainError } from '../errors.ts'
import type { Rules } from '../rules.ts'

/**
 * What is due brings a customer's name and phone to the agent who makes the call. So an agent that could promise a call to
 * anybody, and for a time that is over, could read whomever it likes.
 */

/** So long after its time an agent may still promise: what was meant for now has been typed, and sent again. */
const mostAgoMs = 5 * 60_000

/**
 * Lets an agent promise a call to a user with whom it has had a call or a promise, or whom it has been handed. Whether
 * there is such a user at all is not said. Without an agent somebody asks who may promise to anybody.
 *
 * @throws DomainError `user-unknown-to-agent`
 */
export async function requireKnownUser(
  sql: Sql,
  { agentsScheduleFor }: Rules,
  agentId: number | undefined,
  { userId, originalCallSessionId }: { userId: string; originalCallSessionId?: string | null | undefined },
): Promise<void> {
  if (agentId === undefined || agentsScheduleFor === 'all') return
  if (await users.isKnownTo(sql, userId, agentId, originalCallSessionId ?? null)) return
  const detail = `Agent ${agentId} has had no call and no promise with user ${userId}; a service or supervisor may promise the call`
  throw new DomainError('user-unknown-to-agent', detail)
}

/**
 * Refuses what an agent promises for a time that has been over for long.
 *
 * @throws DomainError `callback-in-the-past`
 */
export function requireTimely(now: Date, agentId: number | undefined, scheduledFor: Date): void {
  if (agentId === undefined || scheduledFor >= addMilliseconds(now, -mostAgoMs)) return
  const detail = 'scheduledFor is more than 5 minutes ago, and agents promise for now or later'
  throw new DomainError('callback-in-the-past', detail)
}
