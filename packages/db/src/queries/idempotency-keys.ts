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

export function store(
  sql: Sql,
  request: { subject: string; key: string },
  answer: { responseStatus: number; responseBody: string },
): Statement {
  return sql`
    update idempotency_keys set ${sql(answer)} where subject = ${request.subject} and key = ${request.key}`
}
