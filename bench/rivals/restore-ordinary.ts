import type postgres from 'postgres'

/** The user's ordinary place in a queue comes back, if the user had one. */
export async function restoreOrdinary(tx: postgres.TransactionSql, userId: string): Promise<void> {
  await tx`
    insert into call_queue
      (user_id, claim_id, queue_type, priority_score, queue_reason, status, available_from,
       signature_missing_since, signature_type, created_at, updated_at)
    select user_id, claim_id, current_queue_type, priority_score, queue_reason, 'pending', available_from,
      signature_missing_since, signature_type, now(), now()
    from user_call_scores where user_id = ${userId} and queued_at is not null
    on conflict do nothing returning *`
}
