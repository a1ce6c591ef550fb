import type { BenchOptions } from './benchmarks.ts'
import { freshClaims, giveBackAll, giveBackRows, giveBackToLanes, withoutCallSessions } from './http/claims.ts'
import { compareOverHttp } from './http/contest.ts'
import { agentsAndCallbacks } from './http/people.ts'
import { fillLane, type Side } from './http/sides.ts'
import type { Comparison } from './rounds.ts'

/**
 * The claim of a callback over HTTP, 32 connections, 200 agents, against a bare route with the same answer, one EVALSHA
 * and one UPDATE, and against one that writes what a claim has to write: five rows in one statement. Ours runs as
 * production starts it, with its rate limit and its log.
 */
export async function claim(options: BenchOptions): Promise<Comparison[]> {
  return compareOverHttp(options, {
    seed: agentsAndCallbacks(2_000),
    ...(await freshClaims()),
    after: giveBackToLanes,
    rivals: [
      {
        name: 'claim',
        async prepare(rival) {
          await withoutCallSessions(rival)
          await fillWithWaiting(rival)
        },
        after: async (rival) => fillLane(rival, await giveBackRows(rival)),
      },
      {
        name: 'claim-same-writes',
        prepare: fillWithWaiting,
        after: async (rival) => fillLane(rival, idsOf(await giveBackAll(rival))),
        goals: { throughput: { unit: 'claims/s', atLeast: 1 } },
      },
    ],
    bursts: 5,
    goals: { throughput: { unit: 'claims/s', atLeast: 0.8 }, p99: { unit: 'ms, p99', atMost: 1.25 } },
  })
}

async function fillWithWaiting(rival: Side): Promise<void> {
  await fillLane(rival, idsOf(await rival.engine.sql<{ id: string }[]>`select id from call_queue`))
}

function idsOf(entries: { id: string }[]): string[] {
  return entries.map(({ id }) => id)
}
