import { randomUUID } from 'node:crypto'
import {
  agents,
  callbacks,
  type Callback,
  type Metadata,
  type Owner,
  type PolicyOverrides,
  type QueueType,
  type Sql,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError, refusal } from '../errors.ts'
import type { TimeAdjusted } from '../hours/wall-clock.ts'
import { unknownQueue } from '../queue/queues.ts'
import { mustNotBeCalled } from '../queue/stop-calling.ts'
import type { Rules } from '../rules.ts'
import type { Transaction } from '../transact.ts'
import { timeWithin, type WhenClosed } from './allowed-time.ts'
import { isThereFor } from './own.ts'
import { requireTimely } from './promise-by-agent.ts'
import { resolveTime, type PromisedTime, type ResolvedTime } from './promised-time.ts'
import { hourMs, lookAtNamed, lookAtPromised, type Named, type Promised, type Unclaimed } from './promises-at-hand.ts'

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
  /** What another system knows the promise by: there is one of each. */
  externalId?: string | null | undefined
  /** What another system keeps with it. */
  metadata?: Metadata | undefined
  /** Left out, a time at which the customer may not be called is refused. */
  whenClosed?: WhenClosed | undefined
  /** Whether it is made although its user has been promised a call at about that time. */
  allowDuplicate?: boolean | undefined
  /** The agent who promises: to a user whom it knows, for now or later, and so often within an hour; left out, anybody may. */
  askedBy?: number | undefined
}

/** A callback, and what became of a time that the clocks skip or show twice. */
export type ScheduledCallback = Callback & { timeAdjusted: TimeAdjusted | null }

export interface Scheduled {
  callback: ScheduledCallback
  /** Whether it was made now; else it is one that was promised before. */
  isNew: boolean
}

/**
 * Makes a promise to call a user, also when the same has been promised. A time in the past is due at once.
 *
 * @throws DomainError as `scheduleUnlessPromised`
 */
export async function scheduleCallback(deps: Deps, input: ScheduleInput): Promise<ScheduledCallback> {
  const { callback } = await scheduleUnlessPromised(deps, { ...input, allowDuplicate: true })
  return callback
}

/**
 * The same, unless it is the same promise twice: then nothing is made, and what was promised before is the answer. It is the
 * same when it comes with the same external id, whatever has become of it. Without one, it is when the user has one that
 * nobody is calling within five minutes of that time, whatever it is about and whoever is to keep it; of several the first, of the
 * same time that with the lower id. For an agent another one's promises are not there, so it makes its own. A promise that is
 * being kept is none of these: the next one, made in that call, must outlive it.
 *
 * @throws DomainError `unknown-user`, `unknown-agent`, `unknown-queue`, `unknown-call-session`, `owner-not-named`,
 *   `too-many-open-callbacks`, `do-not-call`, `tzdata-behind`, `outside-calling-hours`, `never-allowed`,
 *   `external-id-taken`, and to an agent `user-unknown-to-agent`, `callback-in-the-past`, `too-many-callbacks-created`; the
 *   limits are asked when there is one more
 */
export async function scheduleUnlessPromised(deps: Deps, input: ScheduleInput): Promise<Scheduled> {
  return deps.transact(async (tx) => {
    const scheduled = await makeOne(deps, tx, input)
    const { id: callbackId, scheduledFor } = scheduled.callback
    const what = scheduled.isNew ? 'callback scheduled' : 'callback promised before'
    tx.afterCommit(() => deps.log.info({ callbackId, scheduledFor }, what))
    return scheduled
  })
}

/**
 * The same for many in one transaction, one after the other in the order given: one that is refused keeps none of the others
 * from being made.
 */
export async function scheduleCallbacks(
  deps: Deps,
  inputs: Omit<ScheduleInput, 'askedBy'>[],
): Promise<(Scheduled | DomainError)[]> {
  return deps.transact(async (tx) => {
    const results = await makeAll(deps, tx, inputs)
    const made = results.filter((result) => !(result instanceof DomainError) && result.isNew).length
    const refused = results.filter((result) => result instanceof DomainError).length
    const about = { made, promisedBefore: results.length - made - refused, refused }
    tx.afterCommit(() => deps.log.info(about, 'callbacks scheduled'))
    return results
  })
}

/** One more, as part of a larger transaction, in which the callback `keptId` of the user comes to its end. */
export async function scheduleWithin(
  deps: Deps,
  tx: Transaction,
  { keptId, ...input }: ScheduleInput & { keptId?: string | undefined },
): Promise<Callback> {
  const { callback } = await makeOne(deps, tx, { ...input, allowDuplicate: true }, keptId)
  const { timeAdjusted: _, ...row } = callback
  return row
}

async function makeOne(deps: Deps, tx: Transaction, input: ScheduleInput, keptId?: string): Promise<Scheduled> {
  const [result] = await makeAll(deps, tx, [input], { askedBy: input.askedBy, keptId })
  if (result instanceof DomainError) throw result
  return result!
}

/** So far apart at most two promises are of the same call. */
const sameWithinMs = 5 * 60_000

/**
 * Locks those whom promises name, sees which promises can be made at all, and then makes one after the other: what is made
 * counts for those that follow. All is read before and written afterwards, however many there are.
 */
async function makeAll(
  deps: Deps,
  tx: Transaction,
  inputs: ScheduleInput[],
  { askedBy, keptId }: { askedBy?: number | undefined; keptId?: string | undefined } = {},
): Promise<(Scheduled | DomainError)[]> {
  const { sql, now, note } = tx
  const { rules } = deps
  const asked = inputs.map((input): Wanted => ({ ...input, askedBy, ...resolveTime(deps.tzData, input) }))
  const named = await lookAtNamed(deps, tx, asked, askedBy)
  const wanted = asked.map((one) => orRefusal(() => welcome(rules, now, named, one)))
  const possible = wanted.filter((one): one is Wanted => !(one instanceof DomainError))
  const promised = await lookAtPromised(tx, rules, possible, { isMeant, apartMs: sameWithinMs, askedBy, keptId })

  const book: Book = { byExternalId: new Map(named.byExternalId), promised, made: [] }
  const verdicts = wanted.map((one, index) =>
    orRefusal(() => {
      const before = promisedAs(named, book, asked[index]!)
      if (before) return before
      if (one instanceof DomainError) throw one
      return findPromised(book, one) ?? promise(book, rules, now, one)
    }),
  )

  const rows = await callbacks.insertAll(sql, book.made, now)
  for (const { id: callbackId, preferredAgentId: agentId, scheduledFor: to, policy } of book.made) {
    const quietHours = policy?.quietHours
    note({ callbackId, kind: 'scheduled', agentId, details: { to, ...(quietHours !== undefined && { quietHours }) } })
  }
  const known = [...named.byExternalId.values()].map(({ callback }) => callback)
  const byId = new Map([...known, ...promised.found, ...rows].map((row) => [row.id, row]))
  const unanswered = new Set(rows.map(({ id }) => id))
  return verdicts.map((verdict, index) => {
    if (verdict instanceof DomainError) return verdict
    const one = wanted[index]!
    const timeAdjusted = one instanceof DomainError ? null : one.timeAdjusted
    // Of several rows that one is the answer to, the first one has made it.
    return { callback: { ...byId.get(verdict)!, timeAdjusted }, isNew: unanswered.delete(verdict) }
  })
}

function orRefusal<T>(work: () => T): T | DomainError {
  try {
    return work()
  } catch (error) {
    return refusal(error)
  }
}

/** A promise that is asked for, at its moment. */
type Wanted = Omit<ScheduleInput, keyof PromisedTime> & ResolvedTime

/** Refuses a promise that may not be made to this user at all, or not for this time. Returns it at the time that it is made for. */
function welcome({ defaultQueueType }: Rules, now: Date, known: Named, wanted: Wanted): Wanted {
  const { userId, scheduledFor, localTime, queueType, preferredAgentId, owner, originalCallSessionId, askedBy } = wanted
  const unfamiliar = known.unfamiliar.get(userId)
  if (unfamiliar) throw unfamiliar
  if (localTime !== null && known.tzDataBehind) throw known.tzDataBehind
  requireTimely(now, askedBy, scheduledFor)
  if (queueType && !known.queues.has(queueType)) throw unknownQueue(queueType)
  const user = known.users.get(userId)
  if (!user) throw new DomainError('unknown-user', `There is no user ${userId}`)
  if (known.blocked.has(userId)) throw mustNotBeCalled(userId)
  if (preferredAgentId != null && !known.agents.has(preferredAgentId)) throw unknownAgent(preferredAgentId)
  if (owner === 'only' && preferredAgentId == null) {
    throw new DomainError('owner-not-named', 'Only its preferred agent is to call, and preferredAgentId names none')
  }
  if (originalCallSessionId && known.usersOfCalls.get(originalCallSessionId) !== userId) {
    throw new DomainError('unknown-call-session', `User ${userId} has no call session ${originalCallSessionId}`)
  }
  const inQueue = queueType ?? known.queuesOfUsers.get(userId) ?? defaultQueueType
  const hours = known.hoursOf?.({ queueType: inQueue, policy: wanted.policy ?? null, attempts: 0 }, user)
  return timeWithin(hours, now, wanted)
}

/** What stands while promises are made one after the other. */
interface Book {
  byExternalId: Map<string, { callback: Pick<Callback, 'id' | 'userId'>; isThere: boolean }>
  promised: Promised
  made: callbacks.NewCallback[]
}

/**
 * The callback that has the external id already.
 *
 * @throws DomainError `external-id-taken` when it is of another user, or not there for whoever asks
 */
function promisedAs({ unfamiliar }: Named, { byExternalId }: Book, { userId, externalId }: Wanted): string | undefined {
  const before = externalId == null || unfamiliar.has(userId) ? undefined : byExternalId.get(externalId)
  if (!before) return undefined
  if (before.callback.userId === userId && before.isThere) return before.callback.id
  const detail = 'Another callback has that externalId, and it is not one of this user that is there for whoever asks'
  throw new DomainError('external-id-taken', detail)
}

/** Whether one is to be made whatever else the user has been promised: so it is said, or it is known by an id of its own. */
function isMeant({ allowDuplicate, externalId }: Wanted): boolean {
  return allowDuplicate === true || externalId != null
}

/** The first promise of the user at about that time. The user is locked, so that of two at once one finds the other. */
function findPromised({ promised: { unclaimed, live } }: Book, wanted: Wanted): string | undefined {
  if (isMeant(wanted)) return undefined
  const { userId, scheduledFor, askedBy } = wanted
  const isSame = (other: Unclaimed) => Math.abs(other.scheduledFor.getTime() - scheduledFor.getTime()) <= sameWithinMs
  const ofUser = unclaimed.get(userId) ?? []
  return ofUser.find((other) => isSame(other) && isThereFor(askedBy, other, live.get(userId)))?.id
}

/** Makes a promise that is welcome, if there is room for one more. */
function promise(book: Book, rules: Rules, now: Date, wanted: Wanted): string {
  const { userId, scheduledFor, preferredAgentId = null, externalId = null, askedBy } = wanted
  requireRoom(book.promised, rules, now, wanted)
  const id = randomUUID()
  book.made.push({
    id,
    userId,
    scheduledFor,
    localTime: wanted.localTime,
    timeZone: wanted.timeZone,
    callbackReason: wanted.callbackReason ?? null,
    queueType: wanted.queueType ?? null,
    preferredAgentId,
    owner: wanted.owner ?? 'any',
    createdByAgentId: askedBy ?? null,
    originalCallSessionId: wanted.originalCallSessionId ?? null,
    policy: wanted.policy ?? null,
    externalId,
    metadata: wanted.metadata ?? {},
  })
  const { open, unclaimed, madeByAgent } = book.promised
  if (externalId !== null) book.byExternalId.set(externalId, { callback: { id, userId }, isThere: true })
  open.set(userId, (open.get(userId) ?? 0) + 1)
  const ofUser = [...(unclaimed.get(userId) ?? []), { id, userId, scheduledFor, preferredAgentId }]
  unclaimed.set(userId, ofUser.toSorted(byTime))
  madeByAgent.unshift(now)
  return id
}

/** As Postgres orders them: of the same time by id. */
function byTime(one: Unclaimed, other: Unclaimed): number {
  return one.scheduledFor.getTime() - other.scheduledFor.getTime() || (one.id < other.id ? -1 : 1)
}

/** @throws DomainError `too-many-open-callbacks`, `too-many-callbacks-created` */
function requireRoom(
  { open, madeByAgent }: Promised,
  { openCallbacksPerUser: most, callbacksPerAgentAndHour: mostAnHour }: Rules,
  now: Date,
  { userId, askedBy }: Wanted,
): void {
  if (most > 0 && (open.get(userId) ?? 0) >= most) {
    const detail = `User ${userId} has ${most} open callbacks, the most there may be; keep, move or cancel one of them`
    throw new DomainError('too-many-open-callbacks', detail)
  }
  if (askedBy === undefined || mostAnHour === 0) return
  const createdAt = madeByAgent[mostAnHour - 1]
  if (!createdAt) return
  const nextAt = addMilliseconds(createdAt, hourMs)
  const detail = `Agent ${askedBy} has made ${mostAnHour} callbacks within an hour, the most there may be; the next one may be made at ${nextAt.toISOString()}`
  const retryAfterSeconds = Math.ceil((nextAt.getTime() - now.getTime()) / 1_000)
  throw new DomainError('too-many-callbacks-created', detail, { retryAfterSeconds })
}

/** @throws DomainError `unknown-agent` */
export async function requireAgent(sql: Sql, agentId: number | null | undefined): Promise<void> {
  if (agentId != null && !(await agents.get(sql, agentId))) throw unknownAgent(agentId)
}

function unknownAgent(agentId: number): DomainError {
  return new DomainError('unknown-agent', `There is no agent ${agentId}`)
}
