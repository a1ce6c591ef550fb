import type { BenchOptions } from './benchmarks.ts'
import { freshClaims, giveBackRows, giveBackToLanes, withoutCallSessions } from './http/claims.ts'
import { compareOverHttp } from './http/contest.ts'
import { seedAgents, seedQueuedCallbacks } from './http/people.ts'
import { fillLane } from './http/sides.ts'
import type { Comparison } from './rounds.ts'

/**
 * The claim of a callback over HTTP, 32 connections, 200 agents, against a bare route with the same answer, one EVALSHA
 * and one UPDATE. Ours runs as production starts it, with its rate limit and its log.
 */
export async function claim(options: BenchOptions): Promise<Comparison[]> {
  return compareOverHttp(options, {
    name: 'claim',
    rival: 'claim',
    async seed(sql) {
      await seedAgents(sql)
      await seedQueuedCallbacks(sql, 2_000)
    },
    async prepareRival(rival) {
      await withoutCallSessions(rival)
      const waiting = await rival.engine.sql<{ id: string }[]>`select id from call_queue`
      await fillLane(
        rival,
        waiting.map(({ id }) => id),
      )
    },
    ...(await freshClaims()),
    after: {
      ours: giveBackToLanes,
      rival: async (rival) => fillLane(rival, await giveBackRows(rival)),
    },
    bursts: 5,
    goals: { throughput: { unit: 'claims/s', atLeast: 0.8 }, p99: { unit: 'ms, p99', atMost: 1.25 } },
  })
}
