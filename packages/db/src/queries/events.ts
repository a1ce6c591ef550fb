import type { Sql } from '../client.ts'
import type { Event } from '../rows.ts'
import { eventSlots } from '../schema/events.ts'

/** Where an event stands in the log. `at` tells it from one of the same numbers in another history of the database. */
export interface EventPlace {
  tx: string
  id: string
  at: Date
}

/** The same with the partition that it is in. */
export type FoundPlace = EventPlace & { slot: number }

/** An event, and whom it concerns. */
export type LoggedEvent = Omit<Event, 'userId'> & {
  userId: string | null
  /** Of a callback: its preferred agent by now. */
  preferredAgentId: number | null
}

/** Of a place that is in the log of this server, in which partition it is; undefined when that does not hold it. */
export async function find(sql: Sql, { tx, id, at }: EventPlace): Promise<FoundPlace | undefined> {
  const [row] = await sql<FoundPlace[]>`
    select slot, tx, id, at from events where tx = ${tx}::xid8 and id = ${id} and at = ${at} and ${isOwn(sql)}`
  return row
}

/** The last event that had happened at `moment`, of those that nothing comes before any more; undefined when there is none. */
export async function lastBefore(sql: Sql, moment: Date): Promise<FoundPlace | undefined> {
  const [row] = await sql<FoundPlace[]>`
    select slot, tx, id, at from events where ${isReadable(sql)} and at <= ${moment}
    order by events.tx desc, events.id desc limit 1`
  return row
}

/** The last event that nothing comes before any more; undefined when there is none. */
export async function last(sql: Sql): Promise<FoundPlace | undefined> {
  const [row] = await sql<FoundPlace[]>`
    select slot, tx, id, at from events where ${isReadable(sql)}
    order by events.tx desc, events.id desc limit 1`
  return row
}

export interface LogPage {
  limit: number
  /** By the clock of the process, which may be a day off. */
  today: Date
}

/**
 * The events behind a place, or from the beginning, in order. Those of transactions that began before one that has not ended
 * are not there yet: nothing ever comes between two that were read.
 */
export async function listAfter(sql: Sql, after: FoundPlace | undefined, page: LogPage): Promise<LoggedEvent[]> {
  return list(sql, sql`${isReadable(sql)} ${after ? behind(sql, after, page, sql`>`) : sql``}`, page.limit)
}

/** The same with the event at the place first, if the log still holds it. */
export async function listFrom(sql: Sql, from: FoundPlace, page: LogPage): Promise<LoggedEvent[]> {
  return list(sql, sql`${isReadable(sql)} ${behind(sql, from, page, sql`>=`)}`, page.limit)
}

/**
 * Of what a dump brought from another server, the events behind `place`; when that is not among them, those behind the last one
 * that had happened at `moment`. In the order of that server, of which nothing is open any more.
 */
export async function listRestored(sql: Sql, place: EventPlace, moment: Date, limit: number): Promise<LoggedEvent[]> {
  const [start] = await sql<Pick<EventPlace, 'tx' | 'id'>[]>`
    select tx, id from events
    where not ${isOwn(sql)} and (at <= ${moment} or (tx = ${place.tx}::xid8 and id = ${place.id} and at = ${place.at}))
    order by tx = ${place.tx}::xid8 and id = ${place.id} and at = ${place.at} desc, events.tx desc, events.id desc limit 1`
  const { tx, id } = start ?? { tx: '0', id: '0' }
  return list(sql, sql`not ${isOwn(sql)} and (events.tx, events.id) > (${tx}::xid8, ${id}::bigint)`, limit)
}

type Fragment = ReturnType<Sql>

function list(sql: Sql, where: Fragment, limit: number) {
  return sql<LoggedEvent[]>`
    select e.*, coalesce(e.user_id, c.user_id) as user_id, c.preferred_agent_id
    from (
      select * from events where ${where}
      order by events.tx, events.id limit ${limit}
    ) e
    left join callbacks c on c.id = e.callback_id
    order by e.tx, e.id`
}

/** What is of this server, and has nothing before it that may still come. */
function isReadable(sql: Sql): Fragment {
  return sql`tx < ${oldestOpen(sql)} and ${isOwn(sql)}`
}

/**
 * Whether a row was written by the transaction whose number it carries. One that a dump brought was not: its number is of
 * another server, some day ahead of this one's and the next amid them. After a savepoint a row is written under a number of its
 * own, a little higher.
 */
function isOwn(sql: Sql): Fragment {
  return sql`((xmin::text::bigint - tx::text::bigint) & 4294967295 < 65536)`
}

/**
 * The oldest transaction that may still write to the log, or the next one to begin. One that is seen at work in another database of
 * the server writes nothing here; one of which nothing is seen, as when it has been prepared, may.
 */
function oldestOpen(sql: Sql): Fragment {
  return sql`(
    select coalesce(min(open.tx), pg_snapshot_xmax(pg_current_snapshot()))
    from pg_snapshot_xip(pg_current_snapshot()) as open(tx)
    where not exists (
      select from pg_stat_activity where backend_xid = open.tx::xid and datname <> current_database()
    )
  )`
}

function behind(sql: Sql, { tx, id, slot }: FoundPlace, { today }: LogPage, is: Fragment): Fragment {
  const slots = slotsFrom(slot, today)
  return sql`and (events.tx, events.id) ${is} (${tx}::xid8, ${id}::bigint) and slot = any(${slots}::smallint[])`
}

const dayMs = 24 * 60 * 60_000

/** The partitions in which what comes after a row of `slot` can be: a transaction may have begun on the day before. */
function slotsFrom(slot: number, today: Date): number[] {
  const tomorrow = (Math.floor(today.getTime() / dayMs) + 1) % eventSlots
  const days = (tomorrow - slot + eventSlots) % eventSlots
  return Array.from({ length: Math.min(days + 2, eventSlots) }, (_, day) => (slot - 1 + day + eventSlots) % eventSlots)
}

/**
 * Empties each partition whose last event is of before `before`, by what happened on this server where there is such a thing, and
 * takes out what a dump left ahead of it. Returns how many partitions were emptied.
 */
export async function forget(sql: Sql, before: Date): Promise<number> {
  await sql`delete from events where tx >= pg_snapshot_xmax(pg_current_snapshot()) and at < ${before}`
  let emptied = 0
  for (let slot = 0; slot < eventSlots; slot += 1) {
    const lastOf = (where: Fragment) => sql`(
      select at from events where slot = ${slot} and ${where} order by events.tx desc, events.id desc limit 1)`
    const [row] = await sql<{ at: Date | null }[]>`select coalesce(${lastOf(isOwn(sql))}, ${lastOf(sql`true`)}) as at`
    if (!row?.at || row.at >= before) continue
    await sql`select empty_event_slot(${slot}::smallint)`
    emptied += 1
  }
  return emptied
}
