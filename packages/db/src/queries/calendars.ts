import type { Sql } from '../client.ts'
import type { Calendar } from '../rows.ts'

/**
 * Writes a calendar; `created` says whether it is new. With `ifUpdatedAt` only one that last changed then, else nothing is
 * returned.
 */
export async function put(
  sql: Sql,
  { id, timeZone, document, holidayDates }: Omit<Calendar, 'updatedAt'>,
  now: Date,
  ifUpdatedAt?: Date,
): Promise<(Calendar & { created: boolean }) | undefined> {
  const [row] = await sql<(Calendar & { created: boolean })[]>`
    insert into calendars (id, time_zone, document, holiday_dates, updated_at)
    select ${id}, ${timeZone}, ${sql.json(document as never)}, ${holidayDates}, ${now}
    where ${ifUpdatedAt === undefined} or exists (select from calendars where id = ${id})
    on conflict (id) do update set time_zone = excluded.time_zone, document = excluded.document,
      holiday_dates = excluded.holiday_dates, updated_at = excluded.updated_at
    where ${ifUpdatedAt === undefined} or calendars.updated_at = ${ifUpdatedAt ?? null}
    returning *, (xmax = 0) as created`
  return row
}

/**
 * Writes a calendar that is not there, or is there with another document or other holidays; any other is left alone, and so
 * is its date.
 */
export async function keep(
  sql: Sql,
  { id, timeZone, document, holidayDates }: Omit<Calendar, 'updatedAt'>,
  now: Date,
): Promise<{ isWritten: boolean }> {
  const { count } = await sql`
    insert into calendars (id, time_zone, document, holiday_dates, updated_at)
    values (${id}, ${timeZone}, ${sql.json(document as never)}, ${holidayDates}, ${now})
    on conflict (id) do update set time_zone = excluded.time_zone, document = excluded.document,
      holiday_dates = excluded.holiday_dates, updated_at = excluded.updated_at
    where (calendars.time_zone, calendars.document, calendars.holiday_dates)
      is distinct from (excluded.time_zone, excluded.document, excluded.holiday_dates)`
  return { isWritten: count > 0 }
}

/** Writes the holidays of a calendar, if it is still as it was read. */
export async function renewHolidays(
  sql: Sql,
  { id, document }: Pick<Calendar, 'id' | 'document'>,
  holidayDates: string[],
  now: Date,
): Promise<{ isWritten: boolean }> {
  const { count } = await sql`
    update calendars set holiday_dates = ${holidayDates}, updated_at = ${now}
    where id = ${id} and document = ${sql.json(document as never)} and holiday_dates <> ${holidayDates}`
  return { isWritten: count > 0 }
}

export async function get(sql: Sql, id: string): Promise<Calendar | undefined> {
  const [row] = await sql<Calendar[]>`select * from calendars where id = ${id}`
  return row
}

export async function list(sql: Sql): Promise<Calendar[]> {
  return sql<Calendar[]>`select * from calendars order by id`
}

export async function remove(sql: Sql, id: string): Promise<void> {
  await sql`delete from calendars where id = ${id}`
}
