import type { Sql, Statement } from '../client.ts'

export interface StoredAnswer {
  requestHash: string
  responseStatus: number
  responseBody: string
}

/**
 * Takes a key for this transaction, or returns the answer stored under it. Of two requests with one key at the same
 * moment the second waits here for the first one's end.
 */
export async function take(
  sql: Sql,
  request: { subject: string; key: string; requestHash: string },
  now: Date,
): Promise<StoredAnswer | undefined> {
  const inserted = await sql`
    insert into idempotency_keys ${sql({ ...request, createdAt: now })} on conflict do nothing`
  if (inserted.count > 0) return undefined
  const [row] = await sql<StoredAnswer[]>`
    select request_hash, response_status, response_body from idempotency_keys
    where subject = ${request.subject} and key = ${request.key}`
  return row
}

/**
 * Stores the answer under a key that this transaction has taken, and returns the user of whom it tells: undefined when there
 * is none, or is none any more. One that is about to be deleted is waited for.
 */
export function store(
  sql: Sql,
  request: { subject: string; key: string },
  { userId, ...answer }: { responseStatus: number; responseBody: string; userId: string | undefined },
): Statement<{ userId: string | null }[]> {
  return sql<{ userId: string | null }[]>`
    update idempotency_keys set ${sql(answer)},
      user_id = (select id from users where id = ${userId ?? null} for key share)
    where subject = ${request.subject} and key = ${request.key}
    returning user_id`
}
