import type { BenchOptions } from './benchmarks.ts'
import { compareOverHttp } from './http/contest.ts'
import { agentCount, seedAgents, seedQueuedCallbacks } from './http/people.ts'
import { answersKey, fillLane } from './http/sides.ts'
import { tokensOfAgents } from './http/tokens.ts'
import type { Comparison } from './rounds.ts'

/** Looking at the next call, against a bare route that answers the same text from Redis, by one EVALSHA. */
export async function peek(options: BenchOptions): Promise<Comparison[]> {
  const requests = (await tokensOfAgents(agentCount)).map((token, index) => ({
    method: 'GET' as const,
    path: `/api/agents/${index + 1}/next-call`,
    token,
  }))
  return compareOverHttp(options, {
    name: 'peek',
    rival: 'peek',
    async seed(sql) {
      await seedAgents(sql)
      await seedQueuedCallbacks(sql, 2_000)
    },
    async prepareRival(rival, ours) {
      const { answers } = await ours.load.send(requests.slice(0, 1))
      await fillLane(rival, ['1'])
      await rival.engine.redis.hset(answersKey(rival), '1', answers[0]!)
    },
    requests: async () => requests,
    isRight: (answer) => answer.startsWith('{"queueEntry":{'),
    bursts: 5,
    goals: { throughput: { unit: 'looks/s', atLeast: 0.8 } },
  })
}
