import type { RivalDeps } from './rivals.ts'

const readHead = `return redis.call('HGET', KEYS[2], redis.call('ZRANGE', KEYS[1], 0, 0)[1])`

/** A look at the next call as bare as it can be: its ready answer from Redis, by one EVALSHA. */
export function peek({ app, redis, laneKey, answersKey }: RivalDeps): void {
  redis.defineCommand('readHead', { numberOfKeys: 2, lua: readHead })
  const lane = redis as typeof redis & { readHead(lane: string, answers: string): Promise<string> }

  app.get('/api/agents/:agentId/next-call', async (_request, reply) => {
    const answer = await lane.readHead(laneKey, answersKey)
    return reply.type('application/json').send(answer)
  })
}
