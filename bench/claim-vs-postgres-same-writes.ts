import type { BenchOptions } from './benchmarks.ts'
import { freshClaims, giveBackAll, giveBackToLanes } from './http/claims.ts'
import { compareOverHttp } from './http/contest.ts'
import { seedAgents, seedOrdinaryUsers, seedQueuedCallbacks } from './http/people.ts'
import type { Side } from './http/sides.ts'
import type { Comparison } from './rounds.ts'

/**
 * The claim with 200,000 entries waiting, against the queue table alone: SELECT … FOR UPDATE SKIP LOCKED by the same
 * rule, and all that a claim has to write. A tenth of the entries are callbacks, which wait for one agent each.
 */
export async function claimVsPostgresSameWrites(options: BenchOptions): Promise<Comparison[]> {
  const waiting = options.isQuick ? 20_000 : 200_000
  return compareOverHttp(options, {
    async seed(sql) {
      await seedAgents(sql)
      await seedQueuedCallbacks(sql, waiting / 10)
      await seedOrdinaryUsers(sql, (waiting * 9) / 10)
    },
    ...(await freshClaims()),
    after: giveBackToLanes,
    rivals: [
      {
        name: 'claim-vs-postgres-same-writes',
        prepare: indexInOrder,
        after: async (rival) => void (await giveBackAll(rival)),
      },
    ],
    bursts: 5,
    goals: { throughput: { unit: 'claims/s', atLeast: 1.2 } },
  })
}

async function indexInOrder(rival: Side): Promise<void> {
  await rival.engine.sql`
    create index call_queue_in_order on call_queue (priority_score, available_from, id)
    where status in ('pending', 'assigned')`
}
