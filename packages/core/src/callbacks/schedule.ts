import { randomUUID } from 'node:crypto'
import { agents, callbackNotifications, callbacks, callSessions, users, type Callback, type Sql } from '@ringback/db'
import type { Deps, Transaction } from '../deps.ts'
import { DomainError } from '../errors.ts'

export interface ScheduleInput {
  userId: string
  scheduledFor: Date
  callbackReason?: string | null | undefined
  /** The agent who makes the promise; without one, any agent may be given the callback. */
  preferredAgentId?: number | null | undefined
  originalCallSessionId?: string | null | undefined
}

/**
 * Makes a promise to call a user. A time in the past is due at once.
 *
 * @throws DomainError `unknown-user`, `unknown-agent`, `unknown-call-session`
 */
export async function scheduleCallback(deps: Deps, input: ScheduleInput): Promise<Callback> {
  const callback = await deps.transact((unit) => scheduleWithin(unit, input, deps.clock.now()))
  deps.log.info({ callbackId: callback.id, scheduledFor: callback.scheduledFor }, 'callback scheduled')
  return callback
}

/** The same as part of a larger transaction. */
export async function scheduleWithin(
  { sql, pipeline }: Transaction,
  input: ScheduleInput,
  now: Date,
): Promise<Callback> {
  const { userId, scheduledFor, callbackReason, preferredAgentId, originalCallSessionId } = input
  if (!(await users.hold(sql, userId))) throw new DomainError('unknown-user', `There is no user ${userId}`)
  await requireAgent(sql, preferredAgentId)
  if (originalCallSessionId && !(await callSessions.get(sql, originalCallSessionId))) {
    throw new DomainError('unknown-call-session', `There is no call session ${originalCallSessionId}`)
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
  pipeline(
    callbackNotifications.add(
      sql,
      [{ callbackId: callback.id, kind: 'scheduled', agentId: preferredAgentId ?? null }],
      now,
    ),
  )
  return callback
}

/** @throws DomainError `unknown-agent` */
export async function requireAgent(sql: Sql, agentId: number | null | undefined): Promise<void> {
  if (agentId != null && !(await agents.get(sql, agentId))) {
    throw new DomainError('unknown-agent', `There is no agent ${agentId}`)
  }
}
