import {
  agents,
  callbacks,
  callQueue,
  callSessions,
  userCallScores,
  type Callback,
  type QueueEntry,
  type QueueType,
  type User,
} from '@ringback/db'
import { addMilliseconds, latestMoment } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { refusal, type DomainError } from '../errors.ts'
import { lockForPromises } from '../locks.ts'
import { knownQueues } from '../queue/queues.ts'
import { blockedOf } from '../queue/stop-calling.ts'
import { hoursOfQueues, type HoursOf } from '../routing/calling-hours.ts'
import type { Rules } from '../rules.ts'
import { inOrder, type Transaction } from '../transact.ts'
import { requireOwn } from './own.ts'
import { requireKnownUser } from './promise-by-agent.ts'
import { requireTzData, type ResolvedTime } from './promised-time.ts'

/**
 * What is read, in the same few statements for one promise and for thousands, before `schedule.ts` says what becomes of each:
 * first of those whom they name, under their locks, then of the promises that these have.
 */

interface Asked extends Pick<ResolvedTime, 'localTime'> {
  userId: string
  queueType?: QueueType | undefined
  preferredAgentId?: number | null | undefined
  originalCallSessionId?: string | null | undefined
  externalId?: string | null | undefined
}

/** What is known of those whom promises name. Users, and the agent who asks, are locked. */
export interface Named {
  /** Why the agent who asks may promise nothing to a user. */
  unfamiliar: ReadonlyMap<string, DomainError>
  /** Why no time by the clock on a wall can be promised. */
  tzDataBehind: DomainError | undefined
  queues: ReadonlySet<QueueType>
  users: ReadonlyMap<string, User>
  /** The users who must not be called. */
  blocked: ReadonlySet<string>
  agents: ReadonlySet<number>
  /** Whose call sessions are. */
  usersOfCalls: ReadonlyMap<string, string>
  hoursOf: HoursOf | undefined
  /** Where integrations last put users; read while there are hours. */
  queuesOfUsers: ReadonlyMap<string, QueueType>
  /** The callbacks that have the external ids already, and whether they are there for whoever asks. */
  byExternalId: ReadonlyMap<string, { callback: Callback; isThere: boolean }>
}

export async function lookAtNamed(
  deps: Deps,
  tx: Transaction,
  asked: Asked[],
  askedBy: number | undefined,
): Promise<Named> {
  const { sql } = tx
  const unfamiliar = await refusedUsers(deps, tx, asked, askedBy)
  const byWallClock = asked.find(({ localTime }) => localTime !== null)
  const tzDataBehind = byWallClock && (await requireTzData(tx, deps.tzData, byWallClock).then(() => undefined, refusal))
  const queues = await knownQueues(sql, named(asked, 'queueType'))
  const userIds = named(asked, 'userId')
  const users = new Map((await lockForPromises(tx, userIds, askedBy)).map((user) => [user.id, user]))
  const customers = [...users.values()].map((user) => ({ userId: user.id, user }))
  const hoursOf = await hoursOfQueues(deps, sql)
  const [blocked, knownAgents, calls, withExternalId, queuesOfUsers] = await inOrder(
    blockedOf(tx, customers),
    agents.listIds(sql, named(asked, 'preferredAgentId')),
    callSessions.listByIds(sql, named(asked, 'originalCallSessionId')),
    callbacks.listByExternalIds(sql, named(asked, 'externalId')),
    hoursOf ? userCallScores.listQueueTypes(sql, userIds) : new Map<string, QueueType>(),
  )
  const byExternalId = new Map<string, { callback: Callback; isThere: boolean }>()
  for (const callback of withExternalId) {
    const isThere = await isThereFor(tx, askedBy, callback)
    byExternalId.set(callback.externalId!, { callback, isThere })
  }
  return {
    unfamiliar,
    tzDataBehind,
    queues,
    users,
    blocked,
    agents: new Set(knownAgents),
    usersOfCalls: new Map(calls.map(({ id, userId }) => [id, userId])),
    hoursOf,
    queuesOfUsers,
    byExternalId,
  }
}

async function refusedUsers(
  { rules }: Deps,
  { sql }: Transaction,
  asked: Asked[],
  askedBy: number | undefined,
): Promise<Map<string, DomainError>> {
  const refused = new Map<string, DomainError>()
  if (askedBy === undefined) return refused
  for (const one of asked) {
    await requireKnownUser(sql, rules, askedBy, one).catch((error) => refused.set(one.userId, refusal(error)))
  }
  return refused
}

async function isThereFor({ sql }: Transaction, askedBy: number | undefined, callback: Callback): Promise<boolean> {
  if (askedBy === undefined) return true
  const entry = await callQueue.getLiveOfCallback(sql, callback.id)
  const refused = await requireOwn(sql, askedBy, callback, entry).then(() => undefined, refusal)
  return refused === undefined
}

/** The values of a field, each once. */
function named<Field extends keyof Asked>(asked: Asked[], field: Field): NonNullable<Asked[Field]>[] {
  return [...new Set(asked.flatMap((one) => one[field] ?? []))] as NonNullable<Asked[Field]>[]
}

/** A callback that nobody is calling, as far as a promise of the same call is compared with it. */
export type Unclaimed = Pick<Callback, 'id' | 'userId' | 'scheduledFor' | 'preferredAgentId'>

/** What users have been promised, and what an agent has promised of late. */
export interface Promised {
  /** The callbacks that nobody is calling, about the times that are asked for. */
  found: readonly Callback[]
  /** The same by user, by time. */
  unclaimed: Map<string, Unclaimed[]>
  /** The live entries of users, whatever they are for; read when an agent asks. */
  live: ReadonlyMap<string, QueueEntry>
  /** How many open callbacks users have, as far as there is a limit. */
  open: Map<string, number>
  /** When the agent who asks made its last callbacks, the last one first. */
  madeByAgent: Date[]
}

interface Sought extends Pick<ResolvedTime, 'scheduledFor'> {
  userId: string
}

/**
 * @param sought the promises that can be made at all
 * @param isMeant whether one is to be made whatever else the user has been promised
 * @param apartMs so far apart at most two promises are of the same call
 * @param keptId a callback that comes to its end meanwhile
 */
export async function lookAtPromised<Asking extends Sought>(
  { sql, now }: Transaction,
  { openCallbacksPerUser, callbacksPerAgentAndHour }: Rules,
  sought: Asking[],
  how: { isMeant: (one: Asking) => boolean; apartMs: number; askedBy: number | undefined; keptId: string | undefined },
): Promise<Promised> {
  const { isMeant, apartMs, askedBy, keptId } = how
  const userIds = [...new Set(sought.map(({ userId }) => userId))]
  const spans = sought
    .filter((one) => !isMeant(one))
    .map(({ userId, scheduledFor }) => ({
      userId,
      from: addMilliseconds(scheduledFor, -apartMs),
      to: earlier(addMilliseconds(scheduledFor, apartMs), latestMoment),
    }))
  const kept = keptId === undefined ? [] : [keptId]
  const isAgentLimited = askedBy !== undefined && callbacksPerAgentAndHour > 0
  const [unclaimed, live, open, madeByAgent] = await inOrder(
    callbacks.listUnclaimedIn(sql, spans),
    askedBy === undefined || spans.length === 0 ? [] : callQueue.listLiveOfUsers(sql, userIds),
    openCallbacksPerUser > 0 ? callbacks.countOpen(sql, userIds, openCallbacksPerUser, kept) : [],
    isAgentLimited
      ? callbacks.listCreatedAt(sql, askedBy, addMilliseconds(now, -hourMs), callbacksPerAgentAndHour)
      : [],
  )
  return {
    found: unclaimed,
    unclaimed: Map.groupBy<string, Unclaimed>(unclaimed, ({ userId }) => userId),
    live: new Map(live.map((entry) => [entry.userId, entry])),
    open: new Map(open.map((row) => [row.userId, row.open])),
    madeByAgent: [...madeByAgent],
  }
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}

export const hourMs = 60 * 60_000
