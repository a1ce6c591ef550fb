import { randomUUID } from 'node:crypto'
import { callColumns, callOf } from './call.ts'
import type { RivalDeps } from './rivals.ts'

const takeHead = `return redis.call('ZPOPMIN', KEYS[1])[1]`

/** A claim as bare as it can be: the head of one sorted set by one EVALSHA, and one UPDATE. */
export function claim({ app, sql, redis, laneKey }: RivalDeps): void {
  redis.defineCommand('takeHead', { numberOfKeys: 1, lua: takeHead })
  const lane = redis as typeof redis & { takeHead(key: string): Promise<string | null> }

  app.post<{ Params: { agentId: string } }>('/api/agents/:agentId/next-call', async ({ params }, reply) => {
    const id = await lane.takeHead(laneKey)
    if (id === null) return reply.code(204).send()
    const callSessionId = randomUUID()
    const [row] = await sql`
      with entry as (
        update call_queue set status = 'in_progress', claimed_by_agent_id = ${params.agentId}, claimed_at = now(),
          call_session_id = ${callSessionId}, updated_at = now()
        where id = ${id} and status in ('pending', 'assigned')
        returning *
      )
      select ${sql.unsafe(callColumns)}
      from entry left join callbacks callback on callback.id = entry.callback_id
        left join users customer on customer.id = entry.user_id`
    return { ...callOf(row!), callSessionId, resumed: false }
  })
}
