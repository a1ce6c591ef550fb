import { callColumns, callOf } from './call.ts'
import { countRequests } from './count-requests.ts'
import type { RivalDeps } from './rivals.ts'

const takeHead = `return redis.call('ZPOPMIN', KEYS[1])[1]`

/** A claim that writes what it must: the count of requests, the sorted set, and the five rows in one statement. */
export function claimSameWrites(deps: RivalDeps): void {
  const { app, sql, redis, laneKey } = deps
  countRequests(deps)
  redis.defineCommand('takeHead', { numberOfKeys: 1, lua: takeHead })
  const lane = redis as typeof redis & { takeHead(key: string): Promise<string | null> }

  app.post<{ Params: { agentId: string } }>('/api/agents/:agentId/next-call', async ({ params }, reply) => {
    const id = await lane.takeHead(laneKey)
    if (id === null) return reply.code(204).send()
    const [row] = await sql`
      with entry as (
        update call_queue set status = 'in_progress', claimed_by_agent_id = ${params.agentId}, claimed_at = now(),
          call_session_id = gen_random_uuid(), version = version + 1, updated_at = now()
        where id = ${id} and status in ('pending', 'assigned')
        returning *
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
    const { callSessionId } = row!
    return { ...callOf(row!), callSessionId: callSessionId as string, resumed: false }
  })
}
