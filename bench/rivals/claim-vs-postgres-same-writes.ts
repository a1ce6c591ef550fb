import { firstUnclaimed } from './claim-vs-postgres.ts'
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
