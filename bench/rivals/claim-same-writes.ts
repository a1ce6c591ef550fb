import { countRequests } from './count-requests.ts'
import type { RivalDeps } from './rivals.ts'
import { writeClaim } from './write-claim.ts'

const takeHead = `return redis.call('ZPOPMIN', KEYS[1])[1]`

/** A claim that writes what it must: the count of requests, the sorted set, and the five rows. */
export function claimSameWrites(deps: RivalDeps): void {
  const { app, sql, redis, laneKey } = deps
  countRequests(deps)
  redis.defineCommand('takeHead', { numberOfKeys: 1, lua: takeHead })
  const lane = redis as typeof redis & { takeHead(key: string): Promise<string | null> }

  app.post<{ Params: { agentId: string } }>('/api/agents/:agentId/next-call', async ({ params }, reply) => {
    const id = await lane.takeHead(laneKey)
    const call = id === null ? undefined : await writeClaim(sql, params.agentId, sql`select ${id}::bigint as id`)
    return call ?? reply.code(204).send()
  })
}
