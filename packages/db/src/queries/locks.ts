import { advisoryLocks } from '../advisory-locks.ts'
import type { Sql, Statement } from '../client.ts'
import { isDue, isLive, isOpen, isUnclaimed, type DueLimits } from '../conditions.ts'
import type { Agent, AgentSession, Calendar, Callback, CallSession, Queue, QueueEntry, User } from '../rows.ts'
import type { CallbackStatus, Owner, PolicyOverrides, QueueType } from '../values.ts'
import { queueTypeOfUser } from './user-call-scores.ts'

/**
 * Every statement that takes a row to change it later (`core/locks.ts` says in which order, and why). A row that is locked
 * is returned as it stands then, not as it stood when the statement began.
 */

/** Locks a user: the right to change what the user has in queues. Undefined when there is none, and so nothing to change. */
export async function user(sql: Sql, userId: string): Promise<User | undefined> {
  const [row] = await sql<User[]>`select * from users where id = ${userId} for no key update`
  return row
}

/** Locks several users, one after the other by id. */
export async function usersByIds(sql: Sql, userIds: string[]): Promise<User[]> {
  return sql<User[]>`select * from users where id = any(${userIds}::bigint[]) order by id for no key update`
}

/** The same for the user of a callback. */
export async function userOfCallback(sql: Sql, callbackId: string): Promise<User | undefined> {
  const [row] = await sql<User[]>`
    select * from users where id = (select user_id from callbacks where id = ${callbackId}) for no key update`
  return row
}

export async function liveEntryOfUser(sql: Sql, userId: string): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    select * from call_queue where user_id = ${userId} and ${isLive(sql)} for no key update`
  return row
}

export async function liveEntriesOfUsers(sql: Sql, userIds: string[]): Promise<QueueEntry[]> {
  return sql<QueueEntry[]>`
    select * from call_queue where user_id = any(${userIds}::bigint[]) and ${isLive(sql)}
    order by id for no key update`
}

/** More than these are not locked one by one: Postgres has room for some thousands of such locks in all. */
const mostSubjectsByName = 250

/**
 * Keeps others from changing whom these subjects of the do-not-call list mean, and whether they are on it. Many of them are
 * locked by locking all that there are, which whoever locks some holds as well, shared.
 */
export async function subjects(sql: Sql, names: string[]): Promise<void> {
  if (names.length > mostSubjectsByName) {
    await sql`select pg_advisory_xact_lock(${advisoryLocks.allSubjects})`
    return
  }
  await sql`
    select pg_advisory_xact_lock(${advisoryLocks.subject}, hashtext(subject))
    from (select pg_advisory_xact_lock_shared(${advisoryLocks.allSubjects})) shared,
      unnest(${names.toSorted()}::text[]) as subject`
}

export async function liveEntryOfCallbackUser(sql: Sql, callbackId: string): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    select * from call_queue
    where ${isLive(sql)} and user_id = (select user_id from callbacks where id = ${callbackId})
    for no key update`
  return row
}

export async function callback(sql: Sql, id: string): Promise<Callback | undefined> {
  const [row] = await sql<Callback[]>`select * from callbacks where id = ${id} for no key update`
  return row
}

/** Locks what a user has been promised and waits for, one after the other by id. */
export async function openCallbacksOfUser(sql: Sql, userId: string): Promise<Callback[]> {
  return sql<Callback[]>`
    select * from callbacks where user_id = ${userId} and ${isOpen(sql)} order by id for no key update`
}

export async function callSession(sql: Sql, id: string): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`select * from call_sessions where id = ${id} for no key update`
  return row
}

export async function agent(sql: Sql, id: number): Promise<Agent | undefined> {
  const [row] = await sql<Agent[]>`select * from agents where id = ${id} for no key update`
  return row
}

export async function openSession(sql: Sql, agentId: number): Promise<AgentSession | undefined> {
  const [row] = await sql<AgentSession[]>`
    select * from agent_sessions where agent_id = ${agentId} and logout_at is null for no key update`
  return row
}

/** Of these queues those that there are, which nobody deletes until the transaction ends. */
export async function queuesInUse(sql: Sql, queueTypes: readonly QueueType[]): Promise<QueueType[]> {
  const rows = await sql<Pick<Queue, 'queueType'>[]>`
    select queue_type from queues where queue_type = any(${queueTypes as QueueType[]}::text[])
    order by queue_type for key share`
  return rows.map(({ queueType }) => queueType)
}

/** Locks a queue to delete it: waits for all who are about to use it, and keeps others from it. */
export async function queueToDelete(sql: Sql, queueType: QueueType): Promise<Queue | undefined> {
  const [row] = await sql<Queue[]>`select * from queues where queue_type = ${queueType} for update`
  return row
}

/** Of these calendars those that there are, which nobody deletes until the transaction ends. */
export async function calendarsInUse(sql: Sql, ids: string[]): Promise<string[]> {
  const rows = await sql<Pick<Calendar, 'id'>[]>`
    select id from calendars where id = any(${ids}::text[]) order by id for key share`
  return rows.map(({ id }) => id)
}

/** Locks a calendar against whoever is about to name it as well. */
export async function calendar(sql: Sql, id: string): Promise<Calendar | undefined> {
  const [row] = await sql<Calendar[]>`select * from calendars where id = ${id} for update`
  return row
}

/** Keeps everybody from becoming available until the transaction ends, and waits for those who are about to. */
export async function nobodyBecomesAvailable(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${advisoryLocks.nobody})`
}

/** Waits for those who have found nobody available, so that what they left to nobody can be seen. */
export function becomesAvailable(sql: Sql): Statement {
  return sql`select pg_advisory_xact_lock_shared(${advisoryLocks.nobody})`
}

/** What routing must know of a callback. */
export interface RoutingFacts {
  id: string
  userId: string
  status: CallbackStatus
  scheduledFor: Date
  promisedFor: Date | null
  callbackReason: string | null
  preferredAgentId: number | null
  owner: Owner
  routingFailures: number
  unplacedBecause: 'deferred' | 'unknown-user' | 'owner-missing' | 'closed' | null
  countedInRun: string | null
  /** When its wait for its preferred agent began, of one whose hours ended since. */
  ownerAwaitedSince: Date | null
  /** What holds for it instead of the policy of its queue, and how many calls were made for it. */
  policy: PolicyOverrides | null
  attempts: number
  updatedAt: Date
  /** Where it goes: the queue that it was made for, else that of its user, else the default. */
  queueType: QueueType
  userExists: boolean
  /** What is known of where its user is. */
  whereabouts: Pick<User, 'timeZone' | 'region' | 'phoneE164'> | undefined
  /** Another due promise of the user comes first and is in no queue yet: none that is locked here. */
  isPreceded: boolean
}

/** What routing has found of a group of callbacks, in the order in which they are to be given agents. */
export interface RoutingGroup {
  callbacks: RoutingFacts[]
  /** The live entries of their users. */
  entries: QueueEntry[]
  /** Callbacks which, or whose user or live entry, another transaction has: nothing is known of them. */
  heldElsewhere: string[]
}

/**
 * Locks callbacks, their users and the live entries of these, and reads what routing must know. Unless it `waits`, it
 * passes over rows that another transaction has.
 */
export async function routingGroup(
  sql: Sql,
  {
    callbackIds,
    due,
    waits,
    defaultQueueType,
  }: { callbackIds: string[]; due: DueLimits; waits: boolean; defaultQueueType: QueueType },
): Promise<RoutingGroup> {
  const unlessHeld = waits ? sql`` : sql`skip locked`
  const userIds = sql`array(select user_id from callbacks where id = any(${callbackIds}::uuid[]))`
  const [users, entries, locked] = await Promise.all([
    sql<Pick<User, 'id' | 'timeZone' | 'region' | 'phoneE164'>[]>`
      select id, time_zone, region, phone_e164 from users where id = any(${userIds}) order by id for no key update ${unlessHeld}`,
    sql<QueueEntry[]>`
      select * from call_queue where ${isLive(sql)} and user_id = any(${userIds})
      order by id for no key update ${unlessHeld}`,
    // Subqueries, not joins: a plan that is made while nobody waits would read all who wait by then.
    sql<(Omit<RoutingFacts, 'userExists' | 'whereabouts'> & { liveEntryId: string | null })[]>`
      with locked as materialized (
        select * from callbacks where id = any(${callbackIds}::uuid[]) order by id for no key update ${unlessHeld}
      )
      select c.id, c.user_id, c.status, c.scheduled_for, c.promised_for, c.callback_reason, c.preferred_agent_id, c.owner,
        c.routing_failures, c.unplaced_because, c.counted_in_run, c.owner_awaited_since, c.policy, c.attempts,
        c.updated_at,
        (select id from call_queue live where live.user_id = c.user_id and ${isLive(sql, 'live')}) as live_entry_id,
        coalesce(c.queue_type, ${queueTypeOfUser(sql, sql`c.user_id`)}, ${defaultQueueType}) as queue_type,
        exists (
          select from callbacks other
          where other.user_id = c.user_id and other.id not in (select id from locked) and ${isUnclaimed(sql, 'other')}
            and not other.is_queued and other.retry_at is null and ${isDue(sql, due, 'other')}
            and (other.scheduled_for, other.id) < (c.scheduled_for, c.id)) as is_preceded
      from locked c
      order by c.scheduled_for, c.id`,
  ])
  const lockedUsers = new Map(users.map((row) => [row.id, row]))
  const lockedEntries = new Set(entries.map(({ id }) => id))
  const usersOfOthers = await beside(
    sql,
    'users',
    new Set(lockedUsers.keys()),
    locked.map(({ userId }) => userId),
  )
  const callbacks = locked
    .filter(
      ({ userId, liveEntryId }) =>
        !usersOfOthers.has(userId) && (liveEntryId === null || lockedEntries.has(liveEntryId)),
    )
    .map((row) => {
      const whereabouts = lockedUsers.get(row.userId)
      return Object.assign(row, { userExists: whereabouts !== undefined, whereabouts })
    })
  const known = new Set(callbacks.map(({ id }) => id))
  return { callbacks, entries, heldElsewhere: [...(await beside(sql, 'callbacks', known, callbackIds))] }
}

/** Of these ids those that are not `known` and exist all the same. */
async function beside(sql: Sql, table: 'users' | 'callbacks', known: Set<string>, ids: string[]): Promise<Set<string>> {
  const others = ids.filter((id) => !known.has(id))
  if (others.length === 0) return new Set()
  const rows = await sql<{ id: string }[]>`select id from ${sql(table)} where id = any(${others})`
  return new Set(rows.map(({ id }) => id))
}
