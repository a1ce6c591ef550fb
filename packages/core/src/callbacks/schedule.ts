import { randomUUID } from 'node:crypto'
import { agents, callbacks, callSessions, users, type Callback, type Sql } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import type { Policy } from '../policy.ts'
import type { Transaction } from '../transact.ts'
import { requireKnownUser, requireTimely } from './promise-by-agent.ts'

export interface ScheduleInput {
  userId: string
  scheduledFor: Date
  callbackReason?: string | null | undefined
  /** The agent who makes the promise; without one, any agent may be given the callback. */
  preferredAgentId?: number | null | undefined
  originalCallSessionId?: string | null | undefined
  /** The agent when one promises itself: to a user whom it knows, and for now or later. */
  askedBy?: number | undefined
}

/**
 * Makes a promise to call a user. A time in the past is due at once.
 *
 * @throws DomainError `unknown-user`, `unknown-agent`, `unknown-call-session`, and to an agent who asks
 *   `user-unknown-to-agent`, `callback-in-the-past`
 */
export async function scheduleCallback(deps: Deps, input: ScheduleInput): Promise<Callback> {
  return deps.transact(async (tx) => {
    const callback = await scheduleWithin(tx, deps.policy, input)
    const { id: callbackId, scheduledFor } = callback
    tx.afterCommit(() => deps.log.info({ callbackId, scheduledFor }, 'callback scheduled'))
    return callback
  })
}

/** The same as part of a larger transaction. */
export async function scheduleWithin(
  { sql, now, note }: Transaction,
  policy: Policy,
  input: ScheduleInput,
): Promise<Callback> {
  const { userId, scheduledFor, callbackReason, preferredAgentId, originalCallSessionId, askedBy } = input
  await requireKnownUser(sql, policy, askedBy, input)
  requireTimely(now, askedBy, scheduledFor)
  if (!(await users.hold(sql, userId))) throw new DomainError('unknown-user', `There is no user ${userId}`)
  await requireAgent(sql, preferredAgentId)
  if (originalCallSessionId && (await callSessions.get(sql, originalCallSessionId))?.userId !== userId) {
    throw new DomainError('unknown-call-session', `User ${userId} has no call session ${originalCallSessionId}`)
  }
  const callback = await callbacks.insert(
    sql,
    {
      id: randomUUID(),
      userId,
      scheduledFor,
      callbackReason: callbackReason ?? null,
      preferredAgentId: preferredAgentId ?? null,
      originalCallSessionId: originalCallSessionId ?? null,
    },
    now,
  )
  note({ callbackId: callback.id, kind: 'scheduled', agentId: preferredAgentId })
  return callback
}

/** @throws DomainError `unknown-agent` */
export async function requireAgent(sql: Sql, agentId: number | null | undefined): Promise<void> {
  if (agentId != null && !(await agents.get(sql, agentId))) {
    throw new DomainError('unknown-agent', `There is no agent ${agentId}`)
  }
}
