import { randomUUID } from 'node:crypto'
import {
  agents,
  callbacks,
  callQueue,
  callSessions,
  type Callback,
  type Owner,
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
import { inOrder, type Transaction } from '../transact.ts'
import { allowedTime, type WhenClosed } from './allowed-time.ts'
import { isThereFor } from './own.ts'
import { requireKnownUser, requireTimely } from './promise-by-agent.ts'
import { requireTzData, resolveTime, type PromisedTime, type ResolvedTime } from './promised-time.ts'

export interface ScheduleInput extends PromisedTime {
  userId: string
  callbackReason?: string | null | undefined
  /** Who is to keep the promise if possible; without one, any agent may be given the callback. */
  preferredAgentId?: number | null | undefined
  /** For which queue; without one, it goes where its user was last put. */
  queueType?: QueueType | undefined
  /** `only`: nobody but the preferred agent, however long that takes; left out, `any`. */
  owner?: Owner | undefined
  originalCallSessionId?: string | null | undefined
  /** What holds for it instead of the policy of its queue. */
  policy?: PolicyOverrides | null | undefined
  /** Left out, a time at which the customer may not be called is refused. */
  whenClosed?: WhenClosed | undefined
  /** The agent who promises: to a user whom it knows, for now or later, and so often within an hour; left out, anybody may. */
  askedBy?: number | undefined
}

/** A callback, and what became of a time that the clocks skip or show twice. */
export type ScheduledCallback = Callback & { timeAdjusted: TimeAdjusted | null }

/**
 * Makes a promise to call a user. A time in the past is due at once.
 *
 * @throws DomainError `unknown-user`, `unknown-agent`, `unknown-queue`, `unknown-call-session`, `owner-not-named`,
 *   `too-many-open-callbacks`, `do-not-call`, `tzdata-behind`, `outside-calling-hours`, `never-allowed`, and to an agent
 *   `user-unknown-to-agent`, `callback-in-the-past`, `too-many-callbacks-created`
 */
export async function scheduleCallback(deps: Deps, input: ScheduleInput): Promise<ScheduledCallback> {
  return deps.transact(async (tx) => {
    const wanted = await welcome(deps, tx, input)
    const callback = await promise(tx, deps.rules, wanted)
    const { id: callbackId, scheduledFor } = callback
    tx.afterCommit(() => deps.log.info({ callbackId, scheduledFor }, 'callback scheduled'))
    return { ...callback, timeAdjusted: wanted.timeAdjusted }
  })
}

/**
 * The same, unless it is the same promise twice: when the user has one that nobody is calling within five minutes of that
 * time, nothing is made and that one is the answer, whatever it is about and whoever is to keep it; of several the first. For
 * an agent another one's promises are not there, so it makes its own. A promise that is being kept is none of these: the next
 * one, made in that call, must outlive it.
 *
 * @throws DomainError as `scheduleCallback`; the limits are asked when there is one more
 */
export async function scheduleUnlessPromised(
  deps: Deps,
  input: ScheduleInput,
): Promise<{ callback: ScheduledCallback; isNew: boolean }> {
  return deps.transact(async (tx) => {
    const wanted = await welcome(deps, tx, input)
    const { timeAdjusted } = wanted
    const promised = await findPromised(tx.sql, wanted)
    const callback = promised ?? (await promise(tx, deps.rules, wanted))
    const { id: callbackId, scheduledFor } = callback
    tx.afterCommit(() =>
      deps.log.info({ callbackId, scheduledFor }, promised ? 'callback promised before' : 'callback scheduled'),
    )
    return { callback: { ...callback, timeAdjusted }, isNew: !promised }
  })
}

const sameWithinMs = 5 * 60_000

/** The first open promise of the user at about that time. The user is locked, so that of two at once one finds the other. */
async function findPromised(sql: Sql, { userId, scheduledFor, askedBy }: Wanted): Promise<Callback | undefined> {
  const [from, to] = [addMilliseconds(scheduledFor, -sameWithinMs), addMilliseconds(scheduledFor, sameWithinMs)]
  const [promised, live] = await inOrder(
    callbacks.listUnclaimedOfUser(sql, userId, from, to),
    callQueue.getLiveOfUser(sql, userId),
  )
  return promised.find((callback) => isThereFor(askedBy, callback, live))
}

/** The same as part of a larger transaction, in which the callback `keptId` of the user comes to its end. */
export async function scheduleWithin(
  deps: Deps,
  tx: Transaction,
  input: ScheduleInput & { keptId?: string | undefined },
): Promise<Callback> {
  return promise(tx, deps.rules, await welcome(deps, tx, input))
}

/** A promise that is asked for, at its moment. */
type Wanted = Omit<ScheduleInput, keyof PromisedTime> & ResolvedTime & { keptId?: string | undefined }

/**
 * Locks those whose promises are counted, and refuses a promise that may not be made to this user at all, or not for this
 * time. Returns it at the time that it is made for.
 */
async function welcome(
  deps: Deps,
  tx: Transaction,
  input: ScheduleInput & { keptId?: string | undefined },
): Promise<Wanted> {
  const { sql, now } = tx
  const { rules, tzData } = deps
  const wanted = { ...input, ...resolveTime(tzData, input) }
  const { userId, scheduledFor, queueType, preferredAgentId, owner, originalCallSessionId, askedBy } = wanted
  await requireKnownUser(sql, rules, askedBy, wanted)
  await requireTzData(tx, tzData, wanted)
  requireTimely(now, askedBy, scheduledFor)
  if (queueType) await requireQueues(sql, [queueType])
  const user = await lockForPromise(tx, userId, askedBy)
  if (!user) throw new DomainError('unknown-user', `There is no user ${userId}`)
  await requireCallable(tx, { userId, user })
  await requireAgent(sql, preferredAgentId)
  if (owner === 'only' && preferredAgentId == null) {
    throw new DomainError('owner-not-named', 'Only its preferred agent is to call, and preferredAgentId names none')
  }
  if (originalCallSessionId && (await callSessions.get(sql, originalCallSessionId))?.userId !== userId) {
    throw new DomainError('unknown-call-session', `User ${userId} has no call session ${originalCallSessionId}`)
  }
  const asked = { userId, queueType: queueType ?? null, policy: wanted.policy ?? null, attempts: 0 }
  return allowedTime(deps, tx, wanted, { promise: asked, user, whenClosed: wanted.whenClosed })
}

/** Makes a promise that is welcome, if there is room for one more. */
async function promise(tx: Transaction, rules: Rules, wanted: Wanted): Promise<Callback> {
  const { sql, now, note } = tx
  const { userId, scheduledFor, localTime, timeZone, callbackReason, queueType, preferredAgentId, owner } = wanted
  const { originalCallSessionId, policy, askedBy } = wanted
  await requireRoom(tx, rules, wanted)
  const callback = await callbacks.insert(
    sql,
    {
      id: randomUUID(),
      userId,
      scheduledFor,
      localTime,
      timeZone,
      callbackReason: callbackReason ?? null,
      queueType: queueType ?? null,
      preferredAgentId: preferredAgentId ?? null,
      owner: owner ?? 'any',
      createdByAgentId: askedBy ?? null,
      originalCallSessionId: originalCallSessionId ?? null,
      policy: policy ?? null,
    },
    now,
  )
  const details = policy?.quietHours === undefined ? {} : { quietHours: policy.quietHours }
  note({ callbackId: callback.id, kind: 'scheduled', agentId: preferredAgentId, details })
  return callback
}

const hourMs = 60 * 60_000

/** @throws DomainError `too-many-open-callbacks`, `too-many-callbacks-created` */
async function requireRoom(
  { sql, now }: Transaction,
  { openCallbacksPerUser: most, callbacksPerAgentAndHour: mostAnHour }: Rules,
  { userId, askedBy, keptId }: Wanted,
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
