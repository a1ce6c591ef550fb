import type { Sql } from '../client.ts'
import { isLive } from '../conditions.ts'
import type { Callback } from '../rows.ts'
import { callbackStatuses, type CallbackStatus } from '../values.ts'

export interface CallbackFilter {
  /** Any of these; all when left out. */
  statuses?: readonly CallbackStatus[] | undefined
  userId?: string | undefined
  /** The one that another system knows by this. */
  externalId?: string | undefined
  /** Callbacks that prefer this agent, or are assigned to or claimed by it. */
  agentId?: number | undefined
  /** Those that were made for this queue by name. */
  queueType?: string | undefined
  /** What they are about, to the letter. */
  reason?: string | undefined
  /** A piece of what they are about, in capitals or not. */
  q?: string | undefined
  /** Scheduled for this time or later. */
  from?: Date | undefined
  /** Scheduled before this time. */
  to?: Date | undefined
  /** Changed at this time or later. */
  updatedSince?: Date | undefined
}

/** The time by which a list goes. */
export type CallbackSort = 'scheduledFor' | 'updatedAt'
/** The earliest first, or the latest. */
export type CallbackOrder = 'asc' | 'desc'

/** Where a page ends, by the time by which the list goes. */
export type CallbackCursor = { id: string; scheduledFor: Date } | { id: string; updatedAt: Date }

export interface CallbackList extends CallbackFilter {
  sort: CallbackSort
  order: CallbackOrder
  after: CallbackCursor | undefined
  limit: number
}

type Fragment = ReturnType<Sql['unsafe']>

/** As few are read and sorted; of more, the first ones are met soon by who walks along their order. */
const few = 2_000

/**
 * A page of callbacks by time.
 *
 * It walks along an index in the order of the list, each status by itself, so that few of many cost no more than they are: those
 * of a status, an agent, a user, a queue. No index holds in that order those with a piece of text, nor by their change
 * those of an agent; so it looks first whether they are few.
 */
export async function list(sql: Sql, asked: CallbackList): Promise<Callback[]> {
  const ids = (await findSaid(sql, asked)) ?? (isInOrder(asked) ? undefined : await findFew(sql, asked))
  return ids ? sort(sql, asked, ids) : walk(sql, asked)
}

/** The callbacks with a text, when they are few, whatever else is asked of them. */
async function findSaid(sql: Sql, asked: CallbackList): Promise<string[] | undefined> {
  if (asked.reason === undefined && asked.q === undefined) return undefined
  // Planned as if all were read: for the first ones alone, a plan reads the table until it has found them.
  const rows = await sql<{ callbackId: string }[]>`
    with said as materialized (
      select callback_id from callback_reasons
      where ${asked.reason === undefined ? sql`true` : sql`md5(reason) = md5(${asked.reason})`} ${isSaid(sql, asked, 'reason')}
    )
    select callback_id from said limit ${few + 1}`
  return rows.length > few ? undefined : rows.map(({ callbackId }) => callbackId)
}

/** Whether an index holds in the order of the list what is asked for. */
function isInOrder(asked: CallbackList): boolean {
  const { userId, agentId, queueType, from, to } = asked
  return asked.sort === 'scheduledFor' || [userId, agentId, queueType, from, to].every((value) => value === undefined)
}

/** All that is asked for, when that is little. */
async function findFew(sql: Sql, asked: CallbackList): Promise<string[] | undefined> {
  const { agentId } = asked
  const isAsked = sql`and ${isOfStatuses(sql, asked)} ${isWanted(sql, asked)}`
  const rows = await sql<{ id: string }[]>`
    with wanted as materialized (
      select c.id from callbacks c where true ${agentId === undefined ? sql`` : sql`and c.preferred_agent_id = ${agentId}`} ${isAsked}
      ${agentId === undefined ? sql`` : inQueuesOf(sql, agentId, 'c.id', isAsked)}
    )
    select id from wanted limit ${few + 1}`
  return rows.length > few ? undefined : rows.map(({ id }) => id)
}

/** The page of what is asked for among these. */
async function sort(sql: Sql, asked: CallbackList, ids: string[]): Promise<Callback[]> {
  const { agentId, limit } = asked
  const isAgents =
    agentId === undefined
      ? sql``
      : sql`and (c.preferred_agent_id = ${agentId} or exists (
          select from call_queue q where q.callback_id = c.id and ${isLive(sql, 'q')}
            and (q.status = 'assigned' and q.assigned_to_agent_id = ${agentId} or q.claimed_by_agent_id = ${agentId})))`
  return sql<Callback[]>`
    select * from callbacks c
    where c.id = any(${ids}::uuid[]) and ${isOfStatuses(sql, asked)} ${isAgents} ${isWanted(sql, asked)}
    order by ${orderOf(sql, asked)} limit ${limit}`
}

async function walk(sql: Sql, asked: CallbackList): Promise<Callback[]> {
  const { agentId, statuses = callbackStatuses, limit } = asked
  const order = orderOf(sql, asked)
  return sql<Callback[]>`
    select page.* from unnest(${statuses}::callback_status[]) as each (status), lateral (
      select * from callbacks c
      where c.status = each.status ${agentId === undefined ? sql`` : sql`and c.preferred_agent_id = ${agentId}`}
        ${isWanted(sql, asked)}
      order by ${order} limit ${limit}
    ) page
    ${
      agentId === undefined
        ? sql``
        : inQueuesOf(sql, agentId, 'c.*', sql`and ${isOfStatuses(sql, asked)} ${isWanted(sql, asked)}`)
    }
    order by ${order} limit ${limit}`
}

/** … and those that are assigned to an agent or claimed by it, whomever they prefer. */
function inQueuesOf(sql: Sql, agentId: number, columns: string, isAsked: Fragment) {
  return sql`
    union select ${sql.unsafe(columns)} from call_queue q join callbacks c on c.id = q.callback_id
    where q.assigned_to_agent_id = ${agentId} and q.status = 'assigned' and q.priority_score < 0 ${isAsked}
    union select ${sql.unsafe(columns)} from call_queue q join callbacks c on c.id = q.callback_id
    where q.claimed_by_agent_id = ${agentId} and q.status = 'in_progress' ${isAsked}`
}

function isOfStatuses(sql: Sql, { statuses = callbackStatuses }: CallbackList) {
  return sql`c.status = any(${statuses}::callback_status[])`
}

/** What is asked of the callback `c`, but for its status and its agent. */
function isWanted(sql: Sql, asked: CallbackList) {
  const { userId, externalId, queueType, from, to, updatedSince, after } = asked
  return sql`
    ${userId === undefined ? sql`` : sql`and c.user_id = ${userId}`}
    ${externalId === undefined ? sql`` : sql`and c.external_id = ${externalId}`}
    ${queueType === undefined ? sql`` : sql`and c.queue_type = ${queueType}`}
    ${from ? sql`and c.scheduled_for >= ${from}` : sql``}
    ${to ? sql`and c.scheduled_for < ${to}` : sql``}
    ${updatedSince ? sql`and c.updated_at >= ${updatedSince}` : sql``}
    ${after ? sql`and ${isBehind(sql, asked, after)}` : sql``}
    ${isSaid(sql, asked, 'c.callback_reason')}`
}

function isSaid(sql: Sql, { reason, q }: CallbackFilter, column: string) {
  return sql`
    ${reason === undefined ? sql`` : sql`and ${sql.unsafe(column)} = ${reason}`}
    ${q === undefined ? sql`` : sql`and ${sql.unsafe(column)} ilike ${`%${q.replaceAll(/[\\%_]/g, '\\$&')}%`}`}`
}

const columns = { scheduledFor: 'scheduled_for', updatedAt: 'updated_at' }

function orderOf(sql: Sql, { sort: by, order }: CallbackList) {
  return sql.unsafe(`${columns[by]} ${order}, id ${order}`)
}

/** Whether the callback `c` comes after where the page before ended. */
function isBehind(sql: Sql, { sort: by, order }: CallbackList, after: CallbackCursor) {
  const at = 'updatedAt' in after ? after.updatedAt : after.scheduledFor
  return sql`(${sql.unsafe(`c.${columns[by]}, c.id`)}) ${sql.unsafe(order === 'asc' ? '>' : '<')} (${at}, ${after.id})`
}
