import type { BenchOptions } from './benchmarks.ts'
import { compareOverHttp } from './http/contest.ts'
import { agentCount, agentsAndCallbacks } from './http/people.ts'
import { fillLane, setAnswer } from './http/sides.ts'
import { tokensOfAgents } from './http/tokens.ts'
import type { Comparison } from './rounds.ts'

/**
 * Looking at the next call, each of the 200 agents once, against a bare route that answers the same text from Redis, by
 * one EVALSHA, and against one that reads what a look has to read: the count of requests, the head, the call.
 */
export async function peek(options: BenchOptions): Promise<Comparison[]> {
  const requests = (await tokensOfAgents(agentCount)).map((token, index) => ({
    method: 'GET' as const,
    path: `/api/agents/${index + 1}/next-call`,
    token,
  }))
  return compareOverHttp(options, {
    seed: agentsAndCallbacks(2_000),
    requests: async () => requests,
    isRight: (answer) => answer.startsWith('{"queueEntry":{'),
    rivals: [
      {
        name: 'peek',
        async prepare(rival, ours) {
          const { answers } = await ours.load.send(requests.slice(0, 1))
          await fillLane(rival, ['1'])
          await setAnswer(rival, '1', answers[0]!)
        },
      },
      {
        name: 'peek-same-reads',
        prepare: (rival) => fillLane(rival, ['1']),
        goals: { throughput: { unit: 'looks/s', atLeast: 1 } },
      },
    ],
    bursts: 10,
    goals: { throughput: { unit: 'looks/s', atLeast: 0.8 } },
  })
}
