import type { BenchOptions } from './benchmarks.ts'
import { takeQueued } from './http/callbacks.ts'
import { compareOverHttp } from './http/contest.ts'
import { agentCount, agentsAndCallbacks } from './http/people.ts'
import { tokensOfAgents } from './http/tokens.ts'
import type { Comparison } from './rounds.ts'

/** Accepting a callback that waits in a queue, against a bare route with the same statements in a transaction. */
export async function accept(options: BenchOptions): Promise<Comparison[]> {
  const tokens = await tokensOfAgents(agentCount)
  return compareOverHttp(options, {
    seed: agentsAndCallbacks(options.isQuick ? 1_000 : 13_000),
    requests: async (side) =>
      (await takeQueued(side)).map(({ id, agentId }) => ({
        method: 'POST',
        path: '/api/callbacks/accept',
        token: tokens[agentId - 1]!,
        body: { callbackId: id, agentId },
      })),
    isRight: (answer) => answer.includes('"status":"accepted"'),
    rivals: [{ name: 'accept' }],
    bursts: 3,
    goals: { throughput: { unit: 'accepts/s', atLeast: 0.7 } },
  })
}
