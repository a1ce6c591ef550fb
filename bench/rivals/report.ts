import { runReportCron } from '../report-cron.ts'
import { callColumns, callOf } from './call.ts'
import type { RivalDeps } from './rivals.ts'

interface Promised {
  userId: string
  scheduledFor: string
  callbackReason: string
  preferredAgentId?: number
}

/**
 * The report's design as a service of its own, for a whole day: a promise is a row, the cron route is the loop, and a claim and an
 * outcome are a transaction each, one statement after the other. The queue is the table; there are no lanes.
 */
export function report({ app, sql, clock }: RivalDeps): void {
  app.post<{ Body: Promised }>('/api/callbacks', async ({ body }, reply) => {
    const { userId, scheduledFor, callbackReason, preferredAgentId = null } = body
    const now = clock.now()
    const [callback] = await sql`
      insert into callbacks (user_id, scheduled_for, callback_reason, preferred_agent_id, created_at, updated_at)
      values (${userId}, ${scheduledFor}, ${callbackReason}, ${preferredAgentId}, ${now}, ${now})
      returning *`
    return reply.code(201).send(callback)
  })

  app.post('/api/cron/callback-notifications', async () => {
    const processed = await runReportCron(sql, clock.now())
    return { success: true, message: `Processed ${processed} callbacks`, results: { processed } }
  })

  app.post<{ Params: { agentId: string } }>(
    '/api/agents/:agentId/next-call',
    async ({ params: { agentId } }, reply) => {
      const now = clock.now()
      const call = await sql.begin(async (tx) => {
        const [first] = await tx`
        select id, user_id, callback_id from call_queue
        where (status = 'assigned' and assigned_to_agent_id = ${agentId} or status = 'pending') and available_from <= ${now}
        order by priority_score, available_from, id limit 1 for update skip locked`
        if (!first) return undefined
        const [session] = await tx`
        insert into call_sessions (user_id, agent_id, direction, started_at, callback_id, queue_entry_id, created_at)
        values (${first.userId}, ${agentId}, 'outbound', ${now}, ${first.callbackId}, ${first.id}, ${now})
        returning id`
        await tx`
        update call_queue set status = 'in_progress', claimed_by_agent_id = ${agentId}, claimed_at = ${now},
          call_session_id = ${session!.id}, updated_at = ${now}
        where id = ${first.id}`
        await tx`
        update agent_sessions set status = 'busy', status_since = ${now}, last_seen_at = ${now}
        where agent_id = ${agentId} and logout_at is null`
        const [row] = await tx`
        select ${tx.unsafe(callColumns)}
        from call_queue entry left join callbacks callback on callback.id = entry.callback_id
          left join users customer on customer.id = entry.user_id
        where entry.id = ${first.id}`
        return { ...callOf(row!), callSessionId: session!.id as string, resumed: false }
      })
      return call ?? reply.code(204).send()
    },
  )

  app.post<{ Params: { id: string }; Body: { outcomeType: string; durationSeconds: number } }>(
    '/api/call-sessions/:id/outcome',
    async ({ params: { id }, body }, reply) => {
      const now = clock.now()
      const answer = await sql.begin(async (tx) => {
        const [known] = await tx`select * from call_sessions where id = ${id} for no key update`
        if (!known || known.lastOutcomeType !== null) return undefined
        const [callSession] = await tx`
          update call_sessions set status = 'completed', completed_at = ${now}, last_outcome_type = ${body.outcomeType},
            duration_seconds = ${body.durationSeconds}
          where id = ${id} returning *`
        await tx`
          update call_queue set status = 'completed', ended_at = ${now}, updated_at = ${now}
          where id = ${known.queueEntryId}`
        const [callback] = await tx`
          update callbacks set status = 'completed', completed_at = ${now}, completed_call_session_id = ${id}, updated_at = ${now}
          where id = ${known.callbackId} returning *`
        await tx`
          update agent_sessions set status = 'available', status_since = ${now}
          where agent_id = ${known.agentId} and logout_at is null`
        return { callSession, callback, nextCallback: null }
      })
      return answer ?? reply.code(404).send()
    },
  )
}
