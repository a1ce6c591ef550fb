import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { callColumns, callOf } from './call.ts'
import type { RivalDeps } from './rivals.ts'

/** Selects the first entry of an agent or of nobody that no other claim holds, and locks it. */
export function firstUnclaimed(sql: postgres.Sql, agentId: string) {
  return sql`
    select id from call_queue
    where status in ('pending', 'assigned') and available_from <= now()
      and queue_type = any(array(select queue_type from queues))
      and (assigned_to_agent_id is null or assigned_to_agent_id = ${agentId})
    order by priority_score, available_from, id limit 1 for update skip locked`
}

/** A claim by the queue table alone. */
export function claimVsPostgres({ app, sql }: RivalDeps): void {
  app.post<{ Params: { agentId: string } }>('/api/agents/:agentId/next-call', async ({ params }, reply) => {
    const callSessionId = randomUUID()
    const [row] = await sql`
      with first as materialized (${firstUnclaimed(sql, params.agentId)}), entry as (
        update call_queue set status = 'in_progress', claimed_by_agent_id = ${params.agentId}, claimed_at = now(),
          call_session_id = ${callSessionId}, updated_at = now()
        from first where call_queue.id = first.id
        returning call_queue.*
      )
      select ${sql.unsafe(callColumns)}
      from entry left join callbacks callback on callback.id = entry.callback_id
        left join users customer on customer.id = entry.user_id`
    if (!row) return reply.code(204).send()
    return { ...callOf(row), callSessionId, resumed: false }
  })
}
