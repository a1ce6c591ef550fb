import { restoreOrdinary } from './restore-ordinary.ts'
import type { RivalDeps } from './rivals.ts'

interface Snooze {
  callbackId: string
  agentId: number
  minutes: number
}

/** Snoozing a callback by the statements that it takes, one after the other in a transaction. */
export function snooze({ app, sql }: RivalDeps): void {
  app.post<{ Body: Snooze }>('/api/callbacks/snooze', async ({ body }, reply) => {
    const { callbackId, agentId, minutes } = body
    const answer = await sql.begin(async (tx) => {
      const [entry] = await tx`
        select * from call_queue
        where user_id = (select user_id from callbacks where id = ${callbackId})
          and status in ('pending', 'assigned', 'in_progress')
        for no key update`
      const [callback] = await tx`select * from callbacks where id = ${callbackId} for no key update`
      if (callback?.status !== 'pending' && callback?.status !== 'accepted') return undefined
      const removed = await tx`
        update call_queue set status = 'removed', ended_at = now(), version = version + 1, updated_at = now()
        where id = ${entry!.id} and status in ('pending', 'assigned') returning *`
      const [snoozed] = await tx`
        update callbacks set status = 'pending', is_queued = false, updated_at = now(),
          scheduled_for = greatest(scheduled_for, now()) + ${minutes}::int * interval '1 minute'
        where id = ${callbackId} and status in ('pending', 'accepted') returning *`
      const details = { from: callback.scheduledFor, to: snoozed!.scheduledFor }
      await tx`
        insert into callback_notifications (callback_id, kind, agent_id, at, details)
        values (${callbackId}, 'snoozed', ${agentId}, now(), ${tx.json(details)})`
      await restoreOrdinary(tx, callback.userId)
      return { callback: snoozed, removedQueueEntryIds: removed.map(({ id }) => id as string) }
    })
    return answer ?? reply.code(409).send()
  })
}
