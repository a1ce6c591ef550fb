import type { Row } from 'postgres'

/** The columns of a call, once for all queries: those of the entry as they are, the others by a prefix. */
export const callColumns = `
  entry.id, entry.user_id, entry.claim_id, entry.queue_type, entry.priority_score, entry.queue_reason, entry.status,
  entry.assigned_to_agent_id, entry.assigned_at, entry.callback_id, entry.available_from, entry.signature_missing_since,
  entry.signature_type, entry.claimed_by_agent_id, entry.claimed_at, entry.call_session_id, entry.ended_at,
  entry.created_at, entry.updated_at,
  callback.scheduled_for as c_scheduled_for, callback.callback_reason as c_callback_reason,
  callback.preferred_agent_id as c_preferred_agent_id, callback.original_call_session_id as c_original_call_session_id,
  callback.status as c_status, callback.completed_call_session_id as c_completed_call_session_id,
  callback.completed_at as c_completed_at, callback.cancelled_at as c_cancelled_at, callback.created_at as c_created_at,
  callback.updated_at as c_updated_at,
  customer.name as u_name, customer.phone as u_phone, customer.created_at as u_created_at,
  customer.updated_at as u_updated_at`

/** A row of these columns as our API answers it. */
export function callOf(row: Row) {
  const {
    cScheduledFor,
    cCallbackReason,
    cPreferredAgentId,
    cOriginalCallSessionId,
    cStatus,
    cCompletedCallSessionId,
    cCompletedAt,
    cCancelledAt,
    cCreatedAt,
    cUpdatedAt,
    uName,
    uPhone,
    uCreatedAt,
    uUpdatedAt,
    ...queueEntry
  } = row
  return {
    queueEntry,
    callback: queueEntry.callbackId && {
      id: queueEntry.callbackId,
      userId: queueEntry.userId,
      scheduledFor: cScheduledFor,
      callbackReason: cCallbackReason,
      preferredAgentId: cPreferredAgentId,
      originalCallSessionId: cOriginalCallSessionId,
      status: cStatus,
      completedCallSessionId: cCompletedCallSessionId,
      completedAt: cCompletedAt,
      cancelledAt: cCancelledAt,
      createdAt: cCreatedAt,
      updatedAt: cUpdatedAt,
    },
    user: {
      userId: queueEntry.userId,
      name: uName,
      phone: uPhone,
      createdAt: uCreatedAt,
      updatedAt: uUpdatedAt,
    },
  }
}
