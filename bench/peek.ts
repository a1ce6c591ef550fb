import type { BenchOptions } from './benchmarks.ts'
import type { Bursts } from './http/bursts.ts'
import { compareOverHttp } from './http/contest.ts'
import { agentCount, agentsAndCallbacks } from './http/people.ts'
import { answersKey, fillLane } from './http/sides.ts'
import { tokensOfAgents } from './http/tokens.ts'
import type { Comparison } from './rounds.ts'

/** Looking at the next call, against a bare route that answers the same text from Redis, by one EVALSHA. */
export async function peek(options: BenchOptions): Promise<Comparison[]> {
  const asked = await looks()
  return compareOverHttp(options, {
    name: 'peek',
    rival: 'peek',
    seed,
    async prepareRival(rival, ours) {
      const { answers } = await ours.load.send((await asked.requests(ours)).slice(0, 1))
      await fillLane(rival, ['1'])
      await rival.engine.redis.hset(answersKey(rival), '1', answers[0]!)
    },
    ...asked,
    bursts: 5,
    goals: { throughput: { unit: 'looks/s', atLeast: 0.8 } },
  })
}

/** The same against a bare route that reads what a look has to read: the count of requests, the head, the call. */
export async function peekSameReads(options: BenchOptions): Promise<Comparison[]> {
  return compareOverHttp(options, {
    name: 'peek-same-reads',
    rival: 'peek-same-reads',
    seed,
    prepareRival: (rival) => fillLane(rival, ['1']),
    ...(await looks()),
    bursts: 5,
    goals: { throughput: { unit: 'looks/s', atLeast: 0.8 } },
  })
}

const seed = agentsAndCallbacks(2_000)

/** Each of the 200 agents looks once. */
async function looks(): Promise<Pick<Bursts, 'requests' | 'isRight'>> {
  const requests = (await tokensOfAgents(agentCount)).map((token, index) => ({
    method: 'GET' as const,
    path: `/api/agents/${index + 1}/next-call`,
    token,
  }))
  return { requests: async () => requests, isRight: (answer) => answer.startsWith('{"queueEntry":{') }
}
