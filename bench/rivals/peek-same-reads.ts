import { callColumns, callOf } from './call.ts'
import { countRequests } from './count-requests.ts'
import type { RivalDeps } from './rivals.ts'

const readHead = `return redis.call('ZRANGE', KEYS[1], 0, 0)[1]`

/** A look at the next call that reads what it must: the count of requests, the head of a sorted set, the call. */
export function peekSameReads(deps: RivalDeps): void {
  const { app, sql, redis, laneKey } = deps
  countRequests(deps)
  redis.defineCommand('readHead', { numberOfKeys: 1, lua: readHead })
  const lane = redis as typeof redis & { readHead(key: string): Promise<string> }

  app.get('/api/agents/:agentId/next-call', async () => {
    const [row] = await sql`
      with entry as (
        select * from call_queue where id = ${await lane.readHead(laneKey)} and status in ('pending', 'assigned')
      )
      select ${sql.unsafe(callColumns)}
      from entry left join callbacks callback on callback.id = entry.callback_id
        left join users customer on customer.id = entry.user_id`
    return callOf(row!)
  })
}
