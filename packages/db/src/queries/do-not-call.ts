import type { Sql, Statement } from '../client.ts'
import type { Block } from '../rows.ts'

/** Of these subjects those that are not to be called now. */
export async function listBlocked(sql: Sql, subjects: string[], now: Date): Promise<string[]> {
  const rows = await sql<Pick<Block, 'subject'>[]>`
    select subject from do_not_call where subject = any(${subjects}) and (until is null or until > ${now})`
  return rows.map(({ subject }) => subject)
}

/** Puts a subject on the list, or changes what the list says of it. It has been there since it was put there last. */
export async function put(
  sql: Sql,
  { subject, reason, until }: Pick<Block, 'subject' | 'reason' | 'until'>,
  now: Date,
): Promise<Block> {
  const [row] = await sql<Block[]>`
    insert into do_not_call as held (subject, reason, since, until, source)
    values (${subject}, ${reason}, ${now}, ${until}, 'operator')
    on conflict (subject) do update set reason = excluded.reason, until = excluded.until, source = excluded.source,
      since = ${sinceWhen(sql, now)}
    returning *`
  return row!
}

/** A customer has refused: these subjects are on the list for good, whatever else it says of them. */
export function addRefused(sql: Sql, subjects: string[], now: Date): Statement {
  return sql`
    insert into do_not_call as held (subject, since, source)
    select subject, ${now}, 'outcome' from unnest(${subjects}::text[]) subject order by subject
    on conflict (subject) do update set until = null, since = ${sinceWhen(sql, now)}`
}

/** What was over begins anew; a clock that went back is no reason to be over before it began. */
function sinceWhen(sql: Sql, now: Date) {
  return sql`case when held.until <= ${now} then ${now}::timestamptz else least(held.since, ${now}) end`
}

export async function remove(sql: Sql, subject: string): Promise<void> {
  await sql`delete from do_not_call where subject = ${subject}`
}

/** Forgets what has been over since before `before`. */
export async function prune(sql: Sql, before: Date): Promise<void> {
  await sql`delete from do_not_call where until < ${before}`
}

/** A page of the list by subject, or the one entry of a subject. */
export async function list(
  sql: Sql,
  subject: string | undefined,
  afterSubject: string | undefined,
  limit: number,
): Promise<Block[]> {
  return sql<Block[]>`
    select * from do_not_call
    where true ${subject === undefined ? sql`` : sql`and subject = ${subject}`}
      ${afterSubject === undefined ? sql`` : sql`and subject > ${afterSubject}`}
    order by subject limit ${limit}`
}
