import type { Sql } from '../client.ts'
import {
  availableAgents,
  holdOf,
  inQueueOrder,
  isLive,
  isLost,
  isOpenYet,
  isToBeHad,
  isUnclaimed,
  isWaiting,
  prefers,
  queueEntryMay,
  serves,
  type Silence,
} from '../conditions.ts'
import type { EntryPlace, QueueEntry } from '../rows.ts'
import { priorityScores, type QueueType } from '../values.ts'

export type NewCallbackEntry = Pick<
  QueueEntry,
  'userId' | 'queueType' | 'priorityScore' | 'queueReason' | 'assignedToAgentId' | 'availableFrom' | 'availableUntil'
> & {
  callbackId: string
  /** Until when it stays with its agent, who may be busy. */
  heldUntil?: Date | null
}

/** What the lanes must know of entries: a third of the columns, and of the cost of reading them. */
const placeColumns = (sql: Sql) =>
  sql`call_queue.id, version, status, queue_type, assigned_to_agent_id, priority_score, available_from, on_hold_until,
    available_until`

/**
 * Makes queue entries for callbacks, `assigned` where they have an agent, else `pending`. When a user or callback has got
 * a live one since the caller looked, the unique indexes refuse them all: a collision (see `retryCollisions`).
 */
export async function insertForCallbacks(
  sql: Sql,
  entries: NewCallbackEntry[],
  now: Date,
): Promise<(EntryPlace & { callbackId: string })[]> {
  if (entries.length === 0) return []
  return sql<(EntryPlace & { callbackId: string })[]>`
    ${insertion(sql, entries, now)} returning ${placeColumns(sql)}, callback_id`
}

/** Makes the queue entry of one callback, as `insertForCallbacks` does. */
export async function insertForCallback(sql: Sql, entry: NewCallbackEntry, now: Date): Promise<QueueEntry> {
  const [row] = await sql<QueueEntry[]>`${insertion(sql, [entry], now)} returning *`
  return row!
}

function insertion(sql: Sql, entries: NewCallbackEntry[], now: Date) {
  return sql`
    insert into call_queue
      (user_id, queue_type, priority_score, queue_reason, status, assigned_to_agent_id, assigned_at, callback_id,
       available_from, available_until, on_hold_until, held_until, created_at, updated_at)
    select "userId", "queueType", "priorityScore", "queueReason",
      case when "assignedToAgentId" is null then 'pending' else 'assigned' end::queue_entry_status, "assignedToAgentId",
      case when "assignedToAgentId" is null then null else ${now}::timestamptz end, "callbackId", "availableFrom",
      "availableUntil", ${holdOf(sql, now, 'row."userId"', 'false')}, "heldUntil", ${now}, ${now}
    from jsonb_to_recordset(${sql.json(entries)}) as row
      ("userId" bigint, "queueType" text, "priorityScore" int, "queueReason" text, "assignedToAgentId" int,
       "callbackId" uuid, "availableFrom" timestamptz, "availableUntil" timestamptz, "heldUntil" timestamptz)
    order by "userId"`
}

/** The entry as it stands now, whatever its status. */
export async function get(sql: Sql, id: string): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`select * from call_queue where id = ${id}`
  return row
}

export async function listByIds(sql: Sql, ids: string[]): Promise<EntryPlace[]> {
  return sql<EntryPlace[]>`select ${placeColumns(sql)} from call_queue where id = any(${ids}::bigint[])`
}

export async function getLiveOfCallback(sql: Sql, callbackId: string): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    select * from call_queue where callback_id = ${callbackId} and ${isLive(sql)}`
  return row
}

/** The live entry of a user. */
export async function getLiveOfUser(sql: Sql, userId: string): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`select * from call_queue where user_id = ${userId} and ${isLive(sql)}`
  return row
}

/** The live entries of users. */
export async function listLiveOfUsers(sql: Sql, userIds: string[]): Promise<QueueEntry[]> {
  return sql<QueueEntry[]>`
    select * from call_queue where user_id = any(${userIds}::bigint[]) and ${isLive(sql)}`
}

/**
 * Puts the live entry of a user on hold, or ends that, as the user stands now; what held it until a moment ago is over since
 * now. Returns the entry when that changes it. The user is locked.
 */
export async function renewHold(sql: Sql, userId: string, now: Date): Promise<QueueEntry[]> {
  // Said twice rather than joined: by a plan that is made while nobody waits, a join would read all who wait.
  const until = sql`
    coalesce(${holdOf(sql, now, 'call_queue.user_id', 'call_queue.callback_id is null')},
      case when on_hold_until > ${now} then ${now} else on_hold_until end)`
  return sql<QueueEntry[]>`
    update call_queue set on_hold_until = ${until}, version = version + 1, updated_at = ${now}
    where user_id = ${userId} and ${isLive(sql)} and on_hold_until is distinct from ${until}
    returning *`
}

/** Says until when these unclaimed entries can be had: the end of the hours of their customers, null when there is none. */
export async function setAvailableUntil(
  sql: Sql,
  ends: Pick<QueueEntry, 'id' | 'availableUntil'>[],
  now: Date,
): Promise<EntryPlace[]> {
  if (ends.length === 0) return []
  return sql<EntryPlace[]>`
    update call_queue set available_until = row."availableUntil", version = version + 1, updated_at = ${now}
    from jsonb_to_recordset(${sql.json(ends)}) as row ("id" bigint, "availableUntil" timestamptz)
    where call_queue.id = row.id and ${isWaiting(sql)} and available_until is distinct from row."availableUntil"
    returning ${placeColumns(sql)}`
}

export type ClosedEntry = Pick<QueueEntry, 'id'> & { callbackId: string; availableUntil: Date }

/** A page of entries that nobody has claimed and whose hours are over, in the order in which these ended. */
export async function listClosed(
  sql: Sql,
  now: Date,
  after: Pick<ClosedEntry, 'availableUntil' | 'id'> | undefined,
  limit: number,
): Promise<ClosedEntry[]> {
  const beyond = after ? sql`and (available_until, id) > (${after.availableUntil}, ${after.id})` : sql``
  return sql<ClosedEntry[]>`
    select id, callback_id, available_until from call_queue
    where ${isWaiting(sql)} and available_until <= ${now} ${beyond}
    order by available_until, id limit ${limit}`
}

export type CallbackPlace = Pick<QueueEntry, 'id' | 'priorityScore' | 'availableFrom'> & { callbackId: string }

/** A page of callback entries of a queue that nobody has claimed, of one status each, in queue order. */
export async function listCallbacksIn(
  sql: Sql,
  { queueType, status }: { queueType: QueueType; status: 'pending' | 'assigned' },
  after: CallbackPlace | undefined,
  limit: number,
): Promise<CallbackPlace[]> {
  const beyond = after
    ? sql`and (priority_score, available_from, id) > (${after.priorityScore}, ${after.availableFrom}, ${after.id})`
    : sql``
  return sql<CallbackPlace[]>`
    select id, priority_score, available_from, callback_id from call_queue
    where ${sql.unsafe(`status = '${status}'`)} and queue_type = ${queueType} and priority_score < 0 ${beyond}
    order by ${inQueueOrder(sql)} limit ${limit}`
}

/** Takes an unclaimed entry out of its queue. */
export async function remove(sql: Sql, id: string, now: Date): Promise<QueueEntry[]> {
  return sql<QueueEntry[]>`
    update call_queue set status = 'removed', ended_at = ${now}, version = version + 1, updated_at = ${now}
    where id = ${id} and ${queueEntryMay(sql, 'remove')}
    returning *`
}

/** The same for many. */
export async function removeAll(sql: Sql, ids: string[], now: Date): Promise<QueueEntry[]> {
  if (ids.length === 0) return []
  return sql<QueueEntry[]>`
    update call_queue set status = 'removed', ended_at = ${now}, version = version + 1, updated_at = ${now}
    where id = any(${ids}::bigint[]) and ${queueEntryMay(sql, 'remove')}
    returning *`
}

export interface Assignment {
  id: string
  agentId: number | null
  /** Whether the entry is given to nobody because its agent left it lying. */
  isEscalated?: boolean
  /** Its new time; left out, that stays. */
  availableFrom?: Date | undefined
  /** Until when it stays with its agent, who may be busy. */
  heldUntil?: Date | undefined
}

/** Gives unclaimed entries to agents, or to nobody. */
export async function assign(sql: Sql, assignments: Assignment[], now: Date): Promise<QueueEntry[]> {
  if (assignments.length === 0) return []
  return sql<QueueEntry[]>`
    update call_queue q set
      status = case when row."agentId" is null then 'pending' else 'assigned' end::queue_entry_status,
      assigned_to_agent_id = row."agentId",
      assigned_at = case when row."agentId" is null then null else ${now}::timestamptz end,
      escalated_at = case when row."isEscalated" then ${now}::timestamptz end,
      available_from = coalesce(row."availableFrom", q.available_from), held_until = row."heldUntil",
      version = version + 1, updated_at = ${now}
    from jsonb_to_recordset(${sql.json(assignments as never)}) as row
      (id bigint, "agentId" int, "isEscalated" boolean, "availableFrom" timestamptz, "heldUntil" timestamptz)
    where q.id = row.id and ${queueEntryMay(sql, 'assign', 'q')}
    returning q.*`
}

/** Makes an unclaimed entry one for another agent, or for nobody, on the terms of a callback that is due. */
export async function reassign(
  sql: Sql,
  id: string,
  agentId: number | null,
  terms: Pick<QueueEntry, 'priorityScore' | 'queueReason' | 'availableFrom' | 'heldUntil'>,
  now: Date,
): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    update call_queue set ${sql(terms)}, assigned_to_agent_id = ${agentId},
      status = case when ${agentId}::int is null then 'pending' else 'assigned' end::queue_entry_status,
      assigned_at = case when ${agentId}::int is null then null else ${now}::timestamptz end, escalated_at = null,
      version = version + 1, updated_at = ${now}
    where id = ${id} and ${queueEntryMay(sql, 'assign')}
    returning *`
  return row
}

/**
 * Gives the first unassigned callback entry that the agent may have to an agent who has just become available. Entries
 * that another transaction holds are passed over, so two agents get two entries; so are callbacks of which no history could
 * be written.
 */
export async function assignFirstUnassigned(sql: Sql, agentId: number, now: Date): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    with first as materialized (
      select q.id from call_queue q join callbacks c on c.id = q.callback_id
      where q.status = 'pending' and q.escalated_at is null and ${isOpenYet(sql, now, 'q')}
        and (${serves(sql, sql`${agentId}`, 'q')} or c.preferred_agent_id = ${agentId})
      order by ${inQueueOrder(sql, 'q')} limit 1 for no key update of q skip locked for key share of c skip locked
    )
    update call_queue q set status = 'assigned', assigned_to_agent_id = ${agentId}, assigned_at = ${now},
      version = version + 1, updated_at = ${now}
    from first where q.id = first.id
    returning q.*`
  return row
}

/** Says of a live entry anew why its user waits. */
export async function setReason(
  sql: Sql,
  id: string,
  queueReason: string | null,
  now: Date,
): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    update call_queue set queue_reason = ${queueReason}, version = version + 1, updated_at = ${now}
    where id = ${id} and ${isLive(sql)}
    returning *`
  return row
}

/** Changes the ordinary entry of a user in place. */
export async function updateOrdinary(
  sql: Sql,
  id: string,
  place: Pick<
    QueueEntry,
    | 'queueType'
    | 'priorityScore'
    | 'queueReason'
    | 'claimId'
    | 'availableFrom'
    | 'signatureMissingSince'
    | 'signatureType'
  >,
  now: Date,
): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    update call_queue set ${sql({ ...place, updatedAt: now })}, version = version + 1
    where id = ${id} and ${isWaiting(sql)} and callback_id is null
    returning *`
  return row
}

/** Waiting (live, unclaimed) entries of a queue in their order, with their place in it from 1, and how many there are. */
export async function listWaiting(
  sql: Sql,
  queueType: QueueType,
  limit: number,
): Promise<{ total: number; entries: (QueueEntry & { queuePosition: number })[] }> {
  const entries = await sql<QueueEntry[]>`
    select * from (
      (select * from call_queue where status = 'pending' and queue_type = ${queueType}
        order by ${inQueueOrder(sql)} limit ${limit})
      union all
      (select * from call_queue where status = 'assigned' and queue_type = ${queueType}
        order by ${inQueueOrder(sql)} limit ${limit})
    ) waiting
    order by ${inQueueOrder(sql, 'waiting')} limit ${limit}`
  const [row] = await sql<{ total: number }[]>`
    select count(*)::int as total from call_queue
    where queue_type = ${queueType} and ${isWaiting(sql)}`
  return {
    total: row!.total,
    entries: entries.map((entry, index) => Object.assign(entry, { queuePosition: index + 1 })),
  }
}

/** How many entries of a queue an agent may claim now, or anybody (null). */
export interface ClaimableCount {
  queueType: QueueType
  agentId: number | null
  count: number
  /** Another text when these are other entries, be they as many. */
  which: string
}

export async function countClaimable(sql: Sql, now: Date): Promise<ClaimableCount[]> {
  return sql<ClaimableCount[]>`
    select queue_type, assigned_to_agent_id as agent_id, count(*)::int as count, bit_xor(id)::text as which
    from call_queue where ${isWaiting(sql)} and ${isToBeHad(sql, now)} group by 1, 2`
}

/** A page of waiting entries by id, for building the lanes anew and for comparing them. */
export async function listWaitingAfter(sql: Sql, afterId: string, limit: number): Promise<EntryPlace[]> {
  return sql<EntryPlace[]>`
    select ${placeColumns(sql)} from call_queue
    where id > ${afterId} and status in ('pending', 'assigned') order by id limit ${limit}`
}

/** A callback in a queue. */
export interface QueuedCallback {
  callbackId: string
  userId: string
  /** Whom it waits for; null when for nobody. */
  agentId: number | null
  /** When it may be called. */
  dueAt: Date
}

const queuedCallback = (sql: Sql) => sql`
  callback_id, user_id, assigned_to_agent_id as agent_id, available_from as due_at`

/**
 * The first callback entries that have nobody, in queue order: as many as there are available agents without any, of the
 * queues that these serve. Agents who serve the same queues count together, as there are few such groups.
 */
export async function listUnassigned(sql: Sql, silence: Silence | null, now: Date): Promise<QueuedCallback[]> {
  return sql<QueuedCallback[]>`
    with idle as materialized (
      select a.queue_types, count(*) as agents
      from (${availableAgents(sql, silence)}) available join agents a on a.id = available.agent_id
      where not exists (
        select from call_queue q where q.assigned_to_agent_id = available.agent_id and q.status = 'assigned')
      group by a.queue_types
    ), first as materialized (
      select distinct entry.* from idle, lateral (
        select id, callback_id, user_id, assigned_to_agent_id, available_from, priority_score from call_queue
        where status = 'pending' and callback_id is not null and escalated_at is null
          and (idle.queue_types is null or queue_type = any(idle.queue_types)) and not ${isHeldBack(sql, now)}
        order by ${inQueueOrder(sql)} limit idle.agents
      ) entry
    )
    select ${queuedCallback(sql)} from first order by ${inQueueOrder(sql, 'first')}`
}

export interface RerouteLimits {
  now: Date
  silence: Silence | null
  /** Entries available since before this moment are taken from an agent who is not available. */
  overdueBefore: Date
  /** Entries that an agent could have taken since before this moment are open to all; null when they never are. */
  escalatedBefore: Date | null
  /** … but in these queues a policy says when they are (`listUnclaimed`). */
  escalatedByPolicy: QueueType[]
  /** Agents who were written since this moment may have entries of queues that they do not serve any more. */
  writtenSince: Date
}

/**
 * A page of callback entries that must leave their agent, by id: the agent is gone (logged out, away, not active, heartbeat
 * lost), they are overdue with an agent who is not available while another is, their agent could have taken them and has
 * not, or their agent, who was written lately, serves their queue no more and is not preferred. What is its agent's alone,
 * for good or for now, leaves one who is gone. The query starts from the agents, and from those who are fit only at what
 * lies with them too long, so that entries that are well with their agent cost nothing.
 */
export async function listMisplaced(
  sql: Sql,
  { now, silence, overdueBefore, escalatedBefore, escalatedByPolicy, writtenSince }: RerouteLimits,
  afterId: string,
  limit: number,
): Promise<(QueuedCallback & { id: string })[]> {
  return sql<(QueuedCallback & { id: string })[]>`
    with available as materialized (
      select id as agent_id, queue_types from agents where id in (${availableAgents(sql, silence)})
    ), agent as materialized (
      select a.id, available.agent_id is not null as is_available, s.status_since, a.queue_types,
        case when available.agent_id is null or ${mayServeLess(sql, writtenSince)} then 'infinity'
          else ${escalatedBefore}::timestamptz end as looked_at_before,
        s.id is null or not a.is_active or s.status = 'away' or ${isLost(sql, silence, 's')} as is_gone
      from agents a left join agent_sessions s on s.agent_id = a.id and s.logout_at is null
        left join available on available.agent_id = a.id
      where available.agent_id is null or s.status_since < ${escalatedBefore} or ${mayServeLess(sql, writtenSince)}
    )
    select entry.id, ${queuedCallback(sql)} from agent, lateral (
      select id, callback_id, user_id, assigned_to_agent_id, priority_score, available_from, on_hold_until, held_until, assigned_at,
        queue_type from call_queue
      where status = 'assigned' and assigned_to_agent_id = agent.id and callback_id is not null
        and available_from < agent.looked_at_before
      offset 0 -- keeps the agents outside and their index inside, also from a plan that does not know where the page begins
    ) entry
    where entry.id > ${afterId} and not ${isHeldBack(sql, now)}
      and case
        when agent.queue_types is not null and entry.queue_type <> all(agent.queue_types)
          and not ${prefers(sql, sql`agent.id`, 'entry')} then true
        when is_available
          then greatest(entry.assigned_at, entry.available_from, entry.on_hold_until, status_since) < ${escalatedBefore}
            and entry.queue_type <> all(${escalatedByPolicy}::text[])
        else is_gone or entry.priority_score = ${priorityScores.callback} and entry.available_from < ${overdueBefore}
          and exists (
            select from available helper
            where helper.queue_types is null or entry.queue_type = any(helper.queue_types)
              or ${prefers(sql, sql`helper.agent_id`, 'entry')}) end
      and (is_gone or coalesce(entry.held_until, '-infinity') <= ${now}
        and not exists (select from callbacks c where c.id = callback_id and c.owner = 'only'))
    order by entry.id limit ${limit}`
}

/**
 * A page of the callback entries of a queue, by time, that nobody has claimed since before a moment and that are not open to all
 * yet: whosever they are, and whoever is there. A preferred agent has as long from when it was given the entry.
 */
export async function listUnclaimed(
  sql: Sql,
  { queueType, since, now }: { queueType: QueueType; since: Date; now: Date },
  after: { dueAt: Date; id: string } | undefined,
  limit: number,
): Promise<(QueuedCallback & { id: string })[]> {
  const beyond = after ? sql`and (available_from, id) > (${after.dueAt}, ${after.id})` : sql``
  return sql<(QueuedCallback & { id: string })[]>`
    select id, ${queuedCallback(sql)} from call_queue
    where queue_type = ${queueType} and ${isWaiting(sql)} and callback_id is not null and escalated_at is null
      and available_from < ${since} ${beyond}
      and coalesce(greatest(on_hold_until, held_until), '-infinity') <= ${now} and coalesce(on_hold_until, '-infinity') < ${since}
      and not (coalesce(assigned_at, '-infinity') >= ${since} and ${prefers(sql, sql`call_queue.assigned_to_agent_id`)})
      and not exists (select from callbacks c where c.id = callback_id and c.owner = 'only')
      and not ${isHeldBack(sql, now)}
    order by available_from, id limit ${limit}`
}

/** Whether the agent `a` may have got a list of queues lately. */
const mayServeLess = (sql: Sql, writtenSince: Date) =>
  sql`(a.queue_types is not null and a.updated_at >= ${writtenSince})`

/** Whether the routing of an entry's callback failed and is not to be tried again yet. */
function isHeldBack(sql: Sql, now: Date) {
  return sql`exists (select from callbacks c where c.id = callback_id and ${isUnclaimed(sql, 'c')} and c.retry_at > ${now})`
}

/**
 * How many callbacks wait for each agent who has any. It looks at every one of them: the entries below zero, by which the
 * indexes find them.
 */
export async function countAssignedCallbacks(sql: Sql): Promise<{ agentId: number; callbacks: number }[]> {
  return sql<{ agentId: number; callbacks: number }[]>`
    select assigned_to_agent_id as agent_id, count(*)::int as callbacks from call_queue
    where status = 'assigned' and priority_score < 0 group by assigned_to_agent_id`
}

/** The callbacks that wait for this agent. */
export async function listCallbacksAssignedTo(sql: Sql, agentId: number): Promise<QueuedCallback[]> {
  return sql<QueuedCallback[]>`
    select ${queuedCallback(sql)} from call_queue
    where assigned_to_agent_id = ${agentId} and status = 'assigned' and callback_id is not null`
}
