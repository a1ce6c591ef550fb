import type postgres from 'postgres'
import { callColumns, callOf } from './call.ts'

/**
 * Writes the five rows of a claim in one statement: the entry, whose id `first` selects, its callback, the call session,
 * the agent's session and the history. Returns what our API answers; undefined when `first` finds nothing.
 */
export async function writeClaim(sql: postgres.Sql, agentId: string, first: postgres.PendingQuery<postgres.Row[]>) {
  const [row] = await sql`
    with first as materialized (${first}), entry as (
      update call_queue set status = 'in_progress', claimed_by_agent_id = ${agentId}, claimed_at = now(),
        call_session_id = gen_random_uuid(), version = version + 1, updated_at = now()
      from first where call_queue.id = first.id and status in ('pending', 'assigned')
      returning call_queue.*
    ), callback as (
      update callbacks set status = 'in_progress', status_before_claim = callbacks.status, updated_at = now()
      from entry where callbacks.id = entry.callback_id
      returning callbacks.*
    ), call_session as (
      insert into call_sessions (id, user_id, agent_id, direction, started_at, callback_id, queue_entry_id, created_at)
      select call_session_id, user_id, claimed_by_agent_id, 'outbound', now(), callback_id, id, now() from entry
    ), agent as (
      update agent_sessions set status = 'busy', status_since = now(), last_seen_at = now()
      from entry where agent_id = entry.claimed_by_agent_id and logout_at is null
    ), history as (
      insert into callback_notifications (callback_id, kind, agent_id, at, details)
      select callback_id, 'claimed', claimed_by_agent_id, now(), jsonb_build_object('queueEntryId', id::text)
      from entry
    )
    select ${sql.unsafe(callColumns)}
    from entry left join callback on callback.id = entry.callback_id
      left join users customer on customer.id = entry.user_id`
  return row && { ...callOf(row), callSessionId: row['callSessionId'] as string, resumed: false }
}
