import type { Sql, Statement } from '../client.ts'
import { holdOf } from '../conditions.ts'
import type { QueueEntry, UserCallScore } from '../rows.ts'
import type { QueueType } from '../values.ts'

export type OrdinaryPlace = Pick<
  UserCallScore,
  | 'userId'
  | 'currentQueueType'
  | 'priorityScore'
  | 'queueReason'
  | 'claimId'
  | 'availableFrom'
  | 'signatureMissingSince'
  | 'signatureType'
>

/** Keeps what an integration said about a user's ordinary place, and that the user wants one. */
export async function put(sql: Sql, place: OrdinaryPlace, now: Date): Promise<void> {
  await sql`
    insert into user_call_scores ${sql({ ...place, queuedAt: now, updatedAt: now })}
    on conflict (user_id) do update set
      current_queue_type = excluded.current_queue_type, priority_score = excluded.priority_score,
      queue_reason = excluded.queue_reason, claim_id = excluded.claim_id, available_from = excluded.available_from,
      signature_missing_since = excluded.signature_missing_since, signature_type = excluded.signature_type,
      queued_at = excluded.queued_at, updated_at = excluded.updated_at`
}

export async function get(sql: Sql, userId: string): Promise<UserCallScore | undefined> {
  const [row] = await sql<UserCallScore[]>`select * from user_call_scores where user_id = ${userId}`
  return row
}

/** The queue in which integrations last put the user `userId`, while there is one: a subquery of one value, or null. */
export const queueTypeOfUser = (sql: Sql, userId: ReturnType<Sql['unsafe']>) => sql`(
  select s.current_queue_type from user_call_scores s
  where s.user_id = ${userId} and exists (select from queues where queue_type = s.current_queue_type))`

/** The queue in which integrations last put the user; undefined when in none, or in one that is gone. */
export async function getQueueType(sql: Sql, userId: string): Promise<QueueType | undefined> {
  return (await listQueueTypes(sql, [userId])).get(userId)
}

/** The same for several users: those who have one. */
export async function listQueueTypes(sql: Sql, userIds: string[]): Promise<Map<string, QueueType>> {
  const rows = await sql<{ id: string; queueType: QueueType | null }[]>`
    select customer.id, ${queueTypeOfUser(sql, sql`customer.id`)} as queue_type
    from unnest(${userIds}::bigint[]) as customer (id)`
  return new Map(rows.flatMap(({ id, queueType }) => (queueType === null ? [] : [[id, queueType]])))
}

/** Takes the wish for an ordinary place back; false when the user had none in that queue. */
export async function withdraw(sql: Sql, userId: string, queueType: QueueType, now: Date): Promise<boolean> {
  const result = await sql`
    update user_call_scores set queued_at = null, updated_at = ${now}
    where user_id = ${userId} and current_queue_type = ${queueType} and queued_at is not null`
  return result.count > 0
}

/** Takes the wishes of these users back, whatever the queue. */
export function withdrawAll(sql: Sql, userIds: string[], now: Date): Statement {
  return sql`
    update user_call_scores set queued_at = null, updated_at = ${now}
    where user_id = any(${userIds}::bigint[]) and queued_at is not null`
}

/** The user has been called: a wish from before the call began is fulfilled, a later one stands. */
export function fulfil(sql: Sql, userId: string, claimedAt: Date, now: Date): Statement {
  return sql`
    update user_call_scores set queued_at = null, updated_at = ${now}
    where user_id = ${userId} and queued_at <= ${claimedAt}`
}

/**
 * Makes the ordinary entries of these users again, where they are wanted and the user has no live entry, nor a promise that
 * an agent has accepted and that waits for the place.
 */
export async function restoreEntries(sql: Sql, userIds: string[], now: Date): Promise<QueueEntry[]> {
  return sql<QueueEntry[]>`
    insert into call_queue
      (user_id, claim_id, queue_type, priority_score, queue_reason, status, available_from, on_hold_until,
       signature_missing_since, signature_type, created_at, updated_at)
    select s.user_id, s.claim_id, s.current_queue_type, s.priority_score, s.queue_reason, 'pending', s.available_from,
      ${holdOf(sql, now, 's.user_id', 'true')}, s.signature_missing_since, s.signature_type, ${now}, ${now}
    from user_call_scores s
    where s.user_id = any(${userIds}::bigint[]) and s.queued_at is not null
      and not exists (select from callbacks c where c.user_id = s.user_id and c.status = 'accepted' and not c.is_queued)
    order by s.user_id
    on conflict do nothing
    returning *`
}
