import type postgres from 'postgres'

export interface QueuedEntry {
  id: string
  queueType: string
  assignedToAgentId: number
}

let turn = 0

/**
 * What a tick writes for due callbacks, by hand and in one transaction: their entries, the marks that they are queued and their
 * history. It expects what it finds, checks nothing and heals nothing.
 */
export function queueTogether(sql: postgres.Sql, ids: string[]): Promise<QueuedEntry[]> {
  return sql.begin(async (tx) => {
    const callbacks = await tx`
      select id, user_id, scheduled_for, callback_reason, preferred_agent_id,
        (select current_queue_type from user_call_scores s where s.user_id = c.user_id)
      from callbacks c where id = any(${ids}::uuid[]) order by id for no key update`
    const available = await tx<{ agentId: number }[]>`
      select agent_id from agent_sessions where logout_at is null and status = 'available'`
    const isAvailable = new Set(available.map(({ agentId }) => agentId))
    const rows = callbacks.map((callback) => ({
      callbackId: callback.id,
      userId: callback.userId,
      queueType: callback.currentQueueType ?? 'outstanding_requests',
      reason: `Callback: ${callback.callbackReason}`,
      availableFrom: callback.scheduledFor,
      agentId: isAvailable.has(callback.preferredAgentId)
        ? callback.preferredAgentId
        : available[turn++ % available.length]!.agentId,
    }))
    const made = tx<QueuedEntry[]>`
      insert into call_queue
        (user_id, queue_type, priority_score, queue_reason, status, assigned_to_agent_id, assigned_at, callback_id,
         available_from, created_at, updated_at)
      select "userId", "queueType", -1000, reason, 'assigned', "agentId", now(), "callbackId", "availableFrom", now(), now()
      from jsonb_to_recordset(${tx.json(rows)}) as row
        ("userId" bigint, "queueType" text, reason text, "agentId" int, "callbackId" uuid, "availableFrom" timestamptz)
      returning id, queue_type, assigned_to_agent_id`
    const marked = tx`update callbacks set is_queued = true, updated_at = now() where id = any(${ids}::uuid[])`
    const noted = tx`
      insert into callback_notifications (callback_id, kind, agent_id, at, details)
      select "callbackId", 'queued', "agentId", now(), '{}'
      from jsonb_to_recordset(${tx.json(rows)}) as row ("callbackId" uuid, "agentId" int)`
    const [entries] = await Promise.all([made, marked, noted])
    return [...entries]
  })
}
