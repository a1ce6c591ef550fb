import { advisoryLocks } from '../advisory-locks.ts'
import type { Sql } from '../client.ts'

/**
 * Removes what is over and old, a page at a time: a stretch of an index, whatever may go of it. The next page begins
 * behind it, so that rows which stay are looked at once.
 *
 * Promises, entries and calls refer to each other in circles. A row that stays forgets what it does not need (the foreign
 * keys say `on delete set null`); the call that completed a promise and the call of a claim stay as long as those do.
 */
export interface RemovedPage {
  removed: number
  /** The last row that was looked at; undefined when there is no further page. */
  last: Place | undefined
}

export interface Place {
  at: Date
  id: string
}

export interface Page {
  /** Older than this is old. */
  before: Date
  after: Place | undefined
  limit: number
}

/** A page waits no longer than this for a row, with those that it has locked. */
const longestWait = '1s'

/** Makes this transaction the only one that removes; false when another one is at it. */
export async function tryLock(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ locked: boolean }[]>`
    select pg_try_advisory_xact_lock(${advisoryLocks.retention}) as locked, set_config('lock_timeout', ${longestWait}, true)`
  return row!.locked
}

/**
 * Removes callbacks that have ended and were promised for a time before `before`, with their history and their entries.
 * One with a live entry is not over, whatever it says.
 */
export async function removeCallbacks(
  sql: Sql,
  status: 'completed' | 'cancelled',
  { before, after, limit }: Page,
): Promise<RemovedPage> {
  return removePage(
    sql,
    { before, limit },
    sql`
      select id, scheduled_for as at from callbacks
      where status = ${status} and scheduled_for < ${before} ${behind(sql, 'scheduled_for', after)}
      order by scheduled_for, id limit ${limit}`,
    sql`
      picked as materialized (
        select c.id from callbacks c
        where c.id = any(array(select id from page)) and coalesce(c.completed_at, c.cancelled_at) < ${before} and not exists (
          select from call_queue q where q.callback_id = c.id and q.status in ('pending', 'assigned', 'in_progress'))
        for update of c skip locked
      ),
      entries as (delete from call_queue where callback_id = any(array(select id from picked))),
      removed as (delete from callbacks where id = any(array(select id from picked)) returning id)`,
  )
}

/** Removes the ended entries of ordinary users, in the order in which they were made. Those of a promise go with it. */
export async function removeEntries(sql: Sql, { before, after, limit }: Page): Promise<RemovedPage> {
  return removePage(
    sql,
    { before, limit },
    sql`
      select id, created_at as at from call_queue where id > ${after?.id ?? '0'} order by id limit ${limit}`,
    sql`
      removed as (
        delete from call_queue
        where id = any(array(select id from page)) and ended_at < ${before} and callback_id is null
        returning id
      )`,
  )
}

/** Removes calls that were made for no promise and no entry that is still there. */
export async function removeCalls(
  sql: Sql,
  direction: 'inbound' | 'outbound',
  { before, after, limit }: Page,
): Promise<RemovedPage> {
  return removePage(
    sql,
    { before, limit },
    sql`
      select id, started_at as at from call_sessions
      where direction = ${direction} and started_at < ${before} ${behind(sql, 'started_at', after)}
      order by started_at, id limit ${limit}`,
    sql`
      removed as (
        delete from call_sessions s
        where id = any(array(select id from page)) and (completed_at is null or completed_at < ${before}) and callback_id is null
          and not exists (select from callbacks where completed_call_session_id = s.id)
          and not exists (select from callbacks where reached_by_session_id = s.id)
          and not exists (select from call_queue where call_session_id = s.id)
        returning id
      )`,
  )
}

/** Removes the sessions of agents who have logged out. */
export async function removeAgentSessions(sql: Sql, { before, after, limit }: Page): Promise<RemovedPage> {
  return removePage(
    sql,
    { before, limit },
    sql`
      select id, logout_at as at from agent_sessions
      where logout_at < ${before} ${behind(sql, 'logout_at', after)}
      order by logout_at, id limit ${limit}`,
    sql`removed as (delete from agent_sessions where id = any(array(select id from page)) returning id)`,
  )
}

export async function removeRuns(sql: Sql, { before, after, limit }: Page): Promise<RemovedPage> {
  return removePage(
    sql,
    { before, limit },
    sql`
      select id, started_at as at from cron_runs
      where started_at < ${before} ${behind(sql, 'started_at', after)}
      order by started_at, id limit ${limit}`,
    sql`removed as (delete from cron_runs where id = any(array(select id from page)) returning id)`,
  )
}

/** Each page of idempotency keys goes whole, so the next one begins where it did. */
export async function removeIdempotencyKeys(sql: Sql, { before, limit }: Page): Promise<RemovedPage> {
  return removePage(
    sql,
    { before, limit },
    sql`
      select ctid as place, key as id, created_at as at from idempotency_keys
      where created_at < ${before} order by created_at limit ${limit}`,
    sql`
      removed as (
        delete from idempotency_keys where ctid = any(array(select place from page)) returning key
      )`,
  )
}

/** Removes what webhooks were told, in the order in which it was written down; what is on its way to one that is on stays. */
export async function removeWebhookDeliveries(sql: Sql, { before, after, limit }: Page): Promise<RemovedPage> {
  return removePage(
    sql,
    { before, limit },
    sql`
      select id, created_at as at from webhook_deliveries where id > ${after?.id ?? '0'} order by id limit ${limit}`,
    sql`
      removed as (
        delete from webhook_deliveries d
        where id = any(array(select id from page)) and created_at < ${before}
          and (status <> 'pending' or not exists (select from webhooks w where w.id = d.webhook_id and active_since is not null))
        returning id
      )`,
  )
}

type Fragment = ReturnType<typeof behind>

function behind(sql: Sql, column: string, after: Place | undefined) {
  return after ? sql`and (${sql(column)}, id) > (${after.at}, ${after.id})` : sql``
}

/** The ids of a page are given as arrays: a plan for all parameters would take them for half of the table, and read that. */
async function removePage(
  sql: Sql,
  { before, limit }: Pick<Page, 'before' | 'limit'>,
  page: Fragment,
  removal: Fragment,
): Promise<RemovedPage> {
  const [row] = await sql<{ looked: number; removed: number; at: Date; id: string }[]>`
    with page as materialized (${page}), ${removal}
    select (select count(*)::int from page) as looked, (select count(*)::int from removed) as removed, at, id
    from page order by at desc, id desc limit 1`
  const isLast = row?.looked !== limit || row.at >= before
  return { removed: row?.removed ?? 0, last: isLast ? undefined : { at: row.at, id: row.id } }
}
