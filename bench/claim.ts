import type { BenchOptions } from './benchmarks.ts'
import { freshClaims, giveBackAll, giveBackRows, giveBackToLanes, withoutCallSessions } from './http/claims.ts'
import { compareOverHttp } from './http/contest.ts'
import { agentsAndCallbacks } from './http/people.ts'
import { fillLane, type Side } from './http/sides.ts'
import type { Comparison } from './rounds.ts'

/**
 * The claim of a callback over HTTP, 32 connections, 200 agents, against a bare route with the same answer, one EVALSHA
 * and one UPDATE. Ours runs as production starts it, with its rate limit and its log.
 */
export async function claim(options: BenchOptions): Promise<Comparison[]> {
  return compareOverHttp(options, {
    name: 'claim',
    rival: 'claim',
    seed,
    async prepareRival(rival) {
      await withoutCallSessions(rival)
      await fillWithWaiting(rival)
    },
    ...(await freshClaims()),
    after: {
      ours: giveBackToLanes,
      rival: async (rival) => fillLane(rival, await giveBackRows(rival)),
    },
    bursts: 5,
    goals,
  })
}

/** The same against a bare route that writes what a claim has to write: five rows in one statement. */
export async function claimSameWrites(options: BenchOptions): Promise<Comparison[]> {
  return compareOverHttp(options, {
    name: 'claim-same-writes',
    rival: 'claim-same-writes',
    seed,
    prepareRival: fillWithWaiting,
    ...(await freshClaims()),
    after: {
      ours: giveBackToLanes,
      rival: async (rival) => {
        const released = await giveBackAll(rival)
        await fillLane(
          rival,
          released.map(({ id }) => id),
        )
      },
    },
    bursts: 5,
    goals,
  })
}

const seed = agentsAndCallbacks(2_000)
const goals = { throughput: { unit: 'claims/s', atLeast: 0.8 }, p99: { unit: 'ms, p99', atMost: 1.25 } }

async function fillWithWaiting(rival: Side): Promise<void> {
  const waiting = await rival.engine.sql<{ id: string }[]>`select id from call_queue`
  await fillLane(
    rival,
    waiting.map(({ id }) => id),
  )
}
