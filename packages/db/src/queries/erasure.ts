import type { Sql, Statement } from '../client.ts'

/**
 * What a user leaves behind beside its row: everything that somebody has written about it, or by which another system knows
 * it. The rows stay, with ids, times and outcomes, and so does what is counted. With the user's row go its call score and the
 * answers that were stored under idempotency keys (their foreign keys say so).
 *
 * Each statement erases at most `limit` rows, null for all of them, and says how many. The rows are taken in the order of
 * `core/locks.ts`, and given as arrays of ids: a plan for all users would read whole tables.
 */
export function eraseWhatWasSaid(sql: Sql, userId: string, limit: number | null): Statement<{ count: number }>[] {
  return [
    sql`
      update callbacks set callback_reason = null, time_zone = null, local_time = null, external_id = null, metadata = '{}'
      where id = any(array(
        select id from callbacks
        where user_id = ${userId}
          and (num_nonnulls(callback_reason, time_zone, local_time, external_id) > 0 or metadata <> '{}') limit ${limit}))`,
    sql`
      update callback_notifications set details = details - 'reason'
      where id = any(array(
        select id from callback_notifications
        where callback_id = any(array(select id from callbacks where user_id = ${userId})) and kind = 'cancelled'
          and details ? 'reason' limit ${limit}))`,
    sql`
      update call_queue set queue_reason = null, claim_id = null, signature_type = null, signature_missing_since = null,
        version = version + 1
      where id = any(array(
        select id from call_queue
        where user_id = ${userId} and ended_at is not null
          and num_nonnulls(queue_reason, claim_id, signature_type, signature_missing_since) > 0 limit ${limit}))`,
    sql`
      update call_sessions set outcome_notes = null, outcome_request = null, twilio_call_sid = null
      where id = any(array(
        select id from call_sessions
        where user_id = ${userId} and num_nonnulls(outcome_notes, outcome_request, twilio_call_sid) > 0 limit ${limit}))`,
    // What is on its way is still told: its receiver may know the user, and would not hear what became of a promise.
    sql`
      delete from webhook_deliveries
      where id = any(array(
        select id from webhook_deliveries where user_id = ${userId} and status <> 'pending' limit ${limit}))`,
    // That it must not be called outlives a user, and so does its number there; why, does not.
    sql`
      update do_not_call set reason = null
      where reason is not null and subject = any(array(
        select 'user:' || ${userId}::text union all
        select phone_e164 from users where id = ${userId} and phone_e164 is not null limit ${limit}))`,
  ]
}
