import { createHash } from 'node:crypto'
import type { RivalDeps } from './rivals.ts'

const perMinute = 1_000_000
const countRequest = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], 60000) end
  return { count, redis.call('PTTL', KEYS[1]) }`

/** Counts the requests of each token in a minute, over all processes, as a rate limit must. */
export function countRequests({ app, redis, laneKey }: RivalDeps): void {
  redis.defineCommand('countRequest', { numberOfKeys: 1, lua: countRequest })
  const counters = redis as typeof redis & { countRequest(key: string): Promise<[count: number, ttlMs: number]> }

  app.addHook('onRequest', async ({ headers }, reply) => {
    const token = createHash('sha256').update(headers.authorization!).digest('base64url')
    const [count, ttlMs] = await counters.countRequest(`${laneKey}:${token}`)
    if (count > perMinute) return reply.code(429).send()
    reply.header('x-ratelimit-remaining', perMinute - count).header('x-ratelimit-reset', Math.ceil(ttlMs / 1_000))
  })
}
