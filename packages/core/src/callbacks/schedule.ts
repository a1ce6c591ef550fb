import { randomUUID } from 'node:crypto'
import {
  agents,
  callbacks,
  callSessions,
  type Callback,
  type PolicyOverrides,
  type QueueType,
  type Sql,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import type { TimeAdjusted } from '../hours/wall-clock.ts'
import { lockForPromise } from '../locks.ts'
import { requireQueues } from '../queue/queues.ts'
import { requireCallable } from '../queue/stop-calling.ts'
import type { Rules } from '../rules.ts'
import type { Transaction } from '../transact.ts'
import { requireKnownUser, requireTimely } from './promise-by-agent.ts'
import { resolveTime, type PromisedTime } from './promised-time.ts'

export interface ScheduleInput extends PromisedTime {
  userId: string
  callbackReason?: string | null | undefined
  /** Who is to keep the promise if possible; without one, any agent may be given the callback. */
  preferredAgentId?: number | null | undefined
  /** For which queue; without one, it goes where its user was last put. */
  queueType?: QueueType | undefined
  originalCallSessionId?: string | null | undefined
  /** What holds for it instead of the policy of its queue. */
  policy?: PolicyOverrides | null | undefined
  /** The agent who promises: to a user whom it knows, for now or later, and so often within an hour; left out, anybody may. */
  askedBy?: number | undefined
}

/** A callback, and what became of a time that the clocks skip or show twice. */
export type ScheduledCallback = Callback & { timeAdjusted: TimeAdjusted | null }

/**
 * Makes a promise to call a user. A time in the past is due at once.
 *
 * @throws DomainError `unknown-user`, `unknown-agent`, `unknown-queue`, `unknown-call-session`,
 *   `too-many-open-callbacks`, `do-not-call`, and to an agent `user-unknown-to-agent`, `callback-in-the-past`,
 *   `too-many-callbacks-created`
 */
export async function scheduleCallback(deps: Deps, input: ScheduleInput): Promise<ScheduledCallback> {
  return deps.transact(async (tx) => {
    const callback = await scheduleWithin(tx, deps.rules, input)
    const { id: callbackId, scheduledFor } = callback
    tx.afterCommit(() => deps.log.info({ callbackId, scheduledFor }, 'callback scheduled'))
    return { ...callback, timeAdjusted: resolveTime(input).timeAdjusted }
  })
}

/** The same as part of a larger transaction, in which the callback `keptId` of the user comes to its end. */
export async function scheduleWithin(
  tx: Transaction,
  rules: Rules,
  input: ScheduleInput & { keptId?: string | undefined },
): Promise<Callback> {
  const { sql, now, note } = tx
  const { userId, callbackReason, preferredAgentId, queueType, originalCallSessionId, askedBy } = input
  const { timeAdjusted: _, ...time } = resolveTime(input)
  await requireKnownUser(sql, rules, askedBy, input)
  requireTimely(now, askedBy, time.scheduledFor)
  if (queueType) await requireQueues(sql, [queueType])
  const user = await lockForPromise(tx, userId, askedBy)
  if (!user) throw new DomainError('unknown-user', `There is no user ${userId}`)
  await requireCallable(tx, { userId, user })
  await requireAgent(sql, preferredAgentId)
  if (originalCallSessionId && (await callSessions.get(sql, originalCallSessionId))?.userId !== userId) {
    throw new DomainError('unknown-call-session', `User ${userId} has no call session ${originalCallSessionId}`)
  }
  await requireRoom(tx, rules, input)
  const callback = await callbacks.insert(
    sql,
    {
      id: randomUUID(),
      userId,
      ...time,
      callbackReason: callbackReason ?? null,
      queueType: queueType ?? null,
      preferredAgentId: preferredAgentId ?? null,
      createdByAgentId: askedBy ?? null,
      originalCallSessionId: originalCallSessionId ?? null,
      policy: input.policy ?? null,
    },
    now,
  )
  note({ callbackId: callback.id, kind: 'scheduled', agentId: preferredAgentId })
  return callback
}

const hourMs = 60 * 60_000

/** @throws DomainError `too-many-open-callbacks`, `too-many-callbacks-created` */
async function requireRoom(
  { sql, now }: Transaction,
  { openCallbacksPerUser: most, callbacksPerAgentAndHour: mostAnHour }: Rules,
  { userId, askedBy, keptId }: ScheduleInput & { keptId?: string | undefined },
): Promise<void> {
  if (most > 0 && (await callbacks.hasOpen(sql, userId, most, keptId ?? null))) {
    const detail = `User ${userId} has ${most} open callbacks, the most there may be; keep, move or cancel one of them`
    throw new DomainError('too-many-open-callbacks', detail)
  }
  if (askedBy === undefined || mostAnHour === 0) return
  const since = addMilliseconds(now, -hourMs)
  const createdAt = await callbacks.createdAtOfLast(sql, askedBy, mostAnHour, since)
  if (!createdAt) return
  const nextAt = addMilliseconds(createdAt, hourMs)
  const detail = `Agent ${askedBy} has made ${mostAnHour} callbacks within an hour, the most there may be; the next one may be made at ${nextAt.toISOString()}`
  const retryAfterSeconds = Math.ceil((nextAt.getTime() - now.getTime()) / 1_000)
  throw new DomainError('too-many-callbacks-created', detail, { retryAfterSeconds })
}

/** @throws DomainError `unknown-agent` */
export async function requireAgent(sql: Sql, agentId: number | null | undefined): Promise<void> {
  if (agentId != null && !(await agents.get(sql, agentId))) {
    throw new DomainError('unknown-agent', `There is no agent ${agentId}`)
  }
}
