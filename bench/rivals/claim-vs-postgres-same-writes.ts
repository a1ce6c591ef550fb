import type postgres from 'postgres'
import { countRequests } from './count-requests.ts'
import type { RivalDeps } from './rivals.ts'
import { writeClaim } from './write-claim.ts'

/** A claim by the queue table alone that writes what it must: the count of requests and the five rows. */
export function claimVsPostgresSameWrites(deps: RivalDeps): void {
  const { app, sql } = deps
  countRequests(deps)

  app.post<{ Params: { agentId: string } }>('/api/agents/:agentId/next-call', async ({ params }, reply) => {
    const call = await writeClaim(sql, params.agentId, firstUnclaimed(sql, params.agentId))
    return call ?? reply.code(204).send()
  })
}

/** Selects the first entry of an agent or of nobody that no other claim holds, and locks it. */
function firstUnclaimed(sql: postgres.Sql, agentId: string) {
  return sql`
    select id from call_queue
    where status in ('pending', 'assigned') and available_from <= now()
      and queue_type = any(array(select queue_type from queues))
      and (assigned_to_agent_id is null or assigned_to_agent_id = ${agentId})
    order by priority_score, available_from, id limit 1 for update skip locked`
}
