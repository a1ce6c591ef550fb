import { advisoryLocks } from '../advisory-locks.ts'
import type { Sql } from '../client.ts'
import { isLive, isOpen, isUnclaimed } from '../conditions.ts'

/**
 * What must not be, looked for page by page. A page is read along an index of what is alive, so that it costs the same
 * however much has ended.
 */

/** Makes this transaction the only auditor; false when another one is at work. */
export async function tryLock(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_xact_lock(${advisoryLocks.integrity}) as locked`
  return row!.locked
}

/** One row looked at, and what is wrong with it, if anything. */
export interface Audited {
  userId: string
  callbackId: string | null
  entryId: string | null
  wrong:
    | 'entry-without-user'
    | 'entry-of-ended-callback'
    | 'entry-not-marked'
    | 'claim-marked-wrong'
    | 'claim-without-session'
    | 'claim-of-available-agent'
    | 'callback-marked-queued'
    | null
}

export interface AuditedCallback extends Audited {
  scheduledFor: Date
}

/** What is wrong with an entry `q`, its user `u`, its callback `c`, or the session of the agent who has claimed it. */
const wrongWithEntry = (sql: Sql) => sql`
  case
    when u.id is null then 'entry-without-user'
    when q.callback_id is not null and (c.id is null or not ${isOpen(sql, 'c')}) then 'entry-of-ended-callback'
    when q.callback_id is not null and (q.status = 'in_progress') <> (c.status = 'in_progress') then 'claim-marked-wrong'
    when q.callback_id is not null and not c.is_queued then 'entry-not-marked'
    when q.status = 'in_progress' then (
      select case
        when count(*) = 0 then 'claim-without-session'
        when bool_or(s.status = 'available') then 'claim-of-available-agent' end
      from agent_sessions s where s.agent_id = q.claimed_by_agent_id and s.logout_at is null) end`

/** The live entries `which` as `q`, with `u` and `c`: picked before they are joined, however many more there are. */
const entriesWithAll = (sql: Sql, which: ReturnType<typeof isOpen>) => sql`
  (select * from call_queue where ${isLive(sql)} and ${which}) q
    left join users u on u.id = q.user_id left join callbacks c on c.id = q.callback_id`

/** What is wrong with a callback `c` that is said to be in a queue, or in a call. */
const wrongWithCallback = (sql: Sql) => sql`
  case when not exists (select from call_queue q where q.callback_id = c.id and ${isLive(sql, 'q')})
    then 'callback-marked-queued' end`

/** A page of live entries by user. */
export async function auditEntries(sql: Sql, afterUserId: string, limit: number): Promise<Audited[]> {
  return sql<Audited[]>`
    select q.user_id, q.callback_id, q.id as entry_id, ${wrongWithEntry(sql)} as wrong
    from ${entriesWithAll(sql, sql`user_id > ${afterUserId} order by user_id limit ${limit}`)}
    order by q.user_id`
}

type After = { scheduledFor: Date; id: string } | undefined

/** A page of callbacks that are said to be in a queue, by time. */
export async function auditQueued(sql: Sql, after: After, limit: number): Promise<AuditedCallback[]> {
  return auditCallbacks(sql, sql`${isUnclaimed(sql, 'c')} and c.is_queued`, after, limit)
}

/** A page of callbacks that are said to be in a call, by time. */
export async function auditCalled(sql: Sql, after: After, limit: number): Promise<AuditedCallback[]> {
  return auditCallbacks(sql, sql`c.status = 'in_progress'`, after, limit)
}

async function auditCallbacks(
  sql: Sql,
  which: ReturnType<typeof isOpen>,
  after: After,
  limit: number,
): Promise<AuditedCallback[]> {
  const beyond = after ? sql`and (c.scheduled_for, c.id) > (${after.scheduledFor}, ${after.id})` : sql``
  return sql<AuditedCallback[]>`
    select c.user_id, c.scheduled_for, c.id as callback_id, null as entry_id, ${wrongWithCallback(sql)} as wrong
    from callbacks c where ${which} ${beyond}
    order by c.scheduled_for, c.id limit ${limit}`
}

/** What is wrong with one row still. */
export async function lookAgain(
  sql: Sql,
  { entryId, callbackId }: Pick<Audited, 'entryId' | 'callbackId'>,
): Promise<Audited['wrong']> {
  const [row] =
    entryId === null
      ? await sql<Pick<Audited, 'wrong'>[]>`
          select ${wrongWithCallback(sql)} as wrong from callbacks c
          where id = ${callbackId} and (c.is_queued or c.status = 'in_progress')`
      : await sql<Pick<Audited, 'wrong'>[]>`
          select ${wrongWithEntry(sql)} as wrong from ${entriesWithAll(sql, sql`id = ${entryId}`)}`
  return row?.wrong ?? null
}

/** Sets right whether a callback is in a queue and in a call, by the entry that it has. Its row must be locked. */
export async function correctCallback(sql: Sql, id: string, now: Date): Promise<boolean> {
  const result = await sql`
    with live as (select * from call_queue where callback_id = ${id} and ${isLive(sql)})
    update callbacks c set updated_at = ${now}, owner_awaited_until = null,
      is_queued = exists (select from live),
      status = case when exists (select from live where status = 'in_progress') then 'in_progress'
        else coalesce(c.status_before_claim, c.status) end,
      status_before_claim = case when exists (select from live where status = 'in_progress')
        then coalesce(c.status_before_claim, c.status) end
    where c.id = ${id} and ${isOpen(sql, 'c')}`
  return result.count > 0
}
