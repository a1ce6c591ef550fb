import type { BenchOptions } from './benchmarks.ts'
import { claimForAll } from './http/callbacks.ts'
import { compareOverHttp } from './http/contest.ts'
import { agentCount, agentsAndCallbacks } from './http/people.ts'
import { tokensOfAgents } from './http/tokens.ts'
import type { Comparison } from './rounds.ts'

/** Recording the outcome of a claimed callback, against a bare route with the same statements in a transaction. */
export async function outcome(options: BenchOptions): Promise<Comparison[]> {
  const tokens = await tokensOfAgents(agentCount)
  return compareOverHttp(options, {
    seed: agentsAndCallbacks(options.isQuick ? 1_000 : 13_000),
    requests: async (side) =>
      (await claimForAll(side)).map(({ callSessionId, agentId }) => ({
        method: 'POST',
        path: `/api/call-sessions/${callSessionId}/outcome`,
        token: tokens[agentId - 1]!,
        body: { outcomeType: 'resolved', durationSeconds: 180 },
      })),
    isRight: (answer) => answer.includes('"lastOutcomeType":"resolved"'),
    rivals: [{ name: 'outcome' }],
    bursts: 3,
    goals: { throughput: { unit: 'outcomes/s', atLeast: 0.7 } },
  })
}
