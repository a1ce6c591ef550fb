import type { RivalDeps } from './rivals.ts'

/** Accepting a callback by the statements that it takes, one after the other in a transaction. */
export function accept({ app, sql }: RivalDeps): void {
  app.post<{ Body: { callbackId: string; agentId: number } }>('/api/callbacks/accept', async ({ body }, reply) => {
    const { callbackId, agentId } = body
    const answer = await sql.begin(async (tx) => {
      const [entry] = await tx`
        select * from call_queue
        where user_id = (select user_id from callbacks where id = ${callbackId})
          and status in ('pending', 'assigned', 'in_progress')
        for no key update`
      const [callback] = await tx`select * from callbacks where id = ${callbackId} for no key update`
      const [session] = await tx`select * from agent_sessions where agent_id = ${agentId} and logout_at is null`
      if (!session || callback?.status !== 'pending') return undefined
      if (entry) {
        await tx`
          update call_queue set status = 'removed', ended_at = now(), version = version + 1, updated_at = now()
          where id = ${entry.id} and status in ('pending', 'assigned') returning *`
      }
      const [score] = await tx`select current_queue_type from user_call_scores where user_id = ${callback.userId}`
      const queueType = score?.currentQueueType ?? 'outstanding_requests'
      const [queueEntry] = await tx`
        insert into call_queue
          (user_id, queue_type, priority_score, queue_reason, status, assigned_to_agent_id, assigned_at, callback_id,
           available_from, created_at, updated_at)
        values (${callback.userId}, ${queueType}, -2000, ${`Accepted Callback: ${callback.callbackReason}`}, 'assigned',
          ${agentId}, now(), ${callbackId}, now(), now(), now())
        returning *`
      const [accepted] = await tx`
        update callbacks set status = 'accepted', preferred_agent_id = ${agentId}, is_queued = true, updated_at = now()
        where id = ${callbackId} and status = 'pending' returning *`
      await tx`
        insert into callback_notifications (callback_id, kind, agent_id, at, details)
        values (${callbackId}, 'accepted', ${agentId}, now(), ${tx.json({ queueEntryId: queueEntry!.id })})`
      return { callback: accepted, queueEntry, queueType }
    })
    return answer ?? reply.code(409).send()
  })
}
