import { restoreOrdinary } from './restore-ordinary.ts'
import type { RivalDeps } from './rivals.ts'

interface Outcome {
  Params: { id: string }
  Body: { outcomeType: string; durationSeconds: number }
}

/** Recording an outcome by the statements that it takes, one after the other in a transaction. */
export function outcome({ app, sql }: RivalDeps): void {
  app.post<Outcome>('/api/call-sessions/:id/outcome', async ({ params: { id }, body }, reply) => {
    const answer = await sql.begin(async (tx) => {
      const [known] = await tx`select * from call_sessions where id = ${id}`
      if (!known) return undefined
      const [entry] = await tx`
        select * from call_queue
        where user_id = ${known.userId} and status in ('pending', 'assigned', 'in_progress') for no key update`
      const [callback] = await tx`select * from callbacks where id = ${known.callbackId} for no key update`
      const [session] = await tx`select * from call_sessions where id = ${id} for no key update`
      const { agentId } = session!
      const [callSession] = await tx`
        update call_sessions set status = 'completed', completed_at = now(), last_outcome_type = ${body.outcomeType},
          duration_seconds = ${body.durationSeconds}
        where id = ${id} and last_outcome_type is null returning *`
      await tx`
        update call_queue set status = 'completed', ended_at = now(), version = version + 1, updated_at = now()
        where id = ${entry!.id} and status = 'in_progress' and call_session_id = ${id} returning *`
      await tx`
        update user_call_scores set queued_at = null, updated_at = now()
        where user_id = ${known.userId} and queued_at <= ${known.startedAt}`
      await restoreOrdinary(tx, known.userId)
      const [completed] = await tx`
        update callbacks set status = 'completed', status_before_claim = null, completed_at = now(),
          completed_call_session_id = ${id}, is_queued = false, updated_at = now()
        where id = ${callback!.id} and status in ('pending', 'accepted', 'in_progress') returning *`
      const details = { callSessionId: id, outcomeType: body.outcomeType }
      await tx`
        insert into callback_notifications (callback_id, kind, agent_id, at, details)
        values (${callback!.id}, 'completed', ${agentId}, now(), ${tx.json(details)})`
      await freeAgent(tx, agentId)
      return { callSession, callback: completed, nextCallback: null }
    })
    return answer ?? reply.code(404).send()
  })
}

async function freeAgent(tx: Parameters<typeof restoreOrdinary>[0], agentId: number): Promise<void> {
  const [held] = await tx`
    select entry.*, callback.*, customer.* from call_queue entry
      left join callbacks callback on callback.id = entry.callback_id left join users customer on customer.id = entry.user_id
    where entry.claimed_by_agent_id = ${agentId} and entry.status = 'in_progress'`
  if (held) return
  await tx`select * from agent_sessions where agent_id = ${agentId} and logout_at is null`
  await tx`
    with first as materialized (
      select id from call_queue where status = 'pending' and callback_id is not null
      order by priority_score, available_from, id limit 1 for no key update skip locked
    )
    update call_queue set status = 'assigned', assigned_to_agent_id = ${agentId}, assigned_at = now(),
      version = version + 1, updated_at = now()
    from first where call_queue.id = first.id returning call_queue.*`
  await tx`
    update agent_sessions set status = 'available', status_since = now()
    where agent_id = ${agentId} and logout_at is null and status <> 'available'`
}
