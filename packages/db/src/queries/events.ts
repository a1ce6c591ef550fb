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

/**
 * Of a place that is in the log, in which partition it is; undefined when the log does not hold it, or holds it ahead of all
 * transactions of this server: it was restored, and what happens now would come before it.
 */
export async function find(sql: Sql, { tx, id, at }: EventPlace): Promise<FoundPlace | undefined> {
  const [row] = await sql<FoundPlace[]>`
    select slot, tx, id, at from events
    where tx = ${tx}::xid8 and id = ${id} and at = ${at} and tx < pg_snapshot_xmax(pg_current_snapshot())`
  return row
}

/** The last event that had happened at `moment`, of those that nothing comes before any more; undefined when there is none. */
export async function lastBefore(sql: Sql, moment: Date): Promise<FoundPlace | undefined> {
  const [row] = await sql<FoundPlace[]>`
    select slot, tx, id, at from events where tx < ${oldestOpen(sql)} and at <= ${moment}
    order by events.tx desc, events.id desc limit 1`
  return row
}

/** The last event that nothing comes before any more; undefined when there is none. */
export async function last(sql: Sql): Promise<FoundPlace | undefined> {
  const [row] = await sql<FoundPlace[]>`
    select slot, tx, id, at from events where tx < ${oldestOpen(sql)}
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
  return list(sql, after ? behind(sql, after, page, sql`>`) : sql``, page)
}

/** The same with the event at the place first, if the log still holds it. */
export async function listFrom(sql: Sql, from: FoundPlace, page: LogPage): Promise<LoggedEvent[]> {
  return list(sql, behind(sql, from, page, sql`>=`), page)
}

type Fragment = ReturnType<Sql>

function list(sql: Sql, where: Fragment, { limit }: LogPage) {
  return sql<LoggedEvent[]>`
    select e.*, coalesce(e.user_id, c.user_id) as user_id, c.preferred_agent_id
    from (
      select * from events where tx < ${oldestOpen(sql)} ${where}
      order by events.tx, events.id limit ${limit}
    ) e
    left join callbacks c on c.id = e.callback_id
    order by e.tx, e.id`
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
 * Empties each partition whose last event is of before `before`, and takes out what an earlier history of the server left
 * ahead of this one: rows that were restored into a server of lower numbers. Returns how many partitions were emptied.
 */
export async function forget(sql: Sql, before: Date): Promise<number> {
  await sql`delete from events where tx >= pg_snapshot_xmax(pg_current_snapshot())`
  let emptied = 0
  for (let slot = 0; slot < eventSlots; slot += 1) {
    const [row] = await sql<{ at: Date }[]>`
      select at from events where slot = ${slot} order by events.tx desc, events.id desc limit 1`
    if (!row || row.at >= before) continue
    await sql`select empty_event_slot(${slot}::smallint)`
    emptied += 1
  }
  return emptied
}
