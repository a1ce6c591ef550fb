import type { BenchOptions } from './benchmarks.ts'
import { measureBursts } from './http/bursts.ts'
import { freshClaims, giveBackToLanes } from './http/claims.ts'
import { seedAgents, seedOrdinaryUsers, seedQueuedCallbacks } from './http/people.ts'
import { openOurs, type Side } from './http/sides.ts'
import { compare, type Comparison } from './rounds.ts'

const callbacks = 800

/** Claims with a million entries waiting, against the same claims with a thousand. */
export async function claimGrowth({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const bursts = { ...(await freshClaims()), after: giveBackToLanes, count: isQuick ? 1 : 5 }
  const open = (name: string, waiting: number) =>
    openOurs(services, name, async (sql) => {
      await seedAgents(sql)
      await seedQueuedCallbacks(sql, callbacks)
      await seedOrdinaryUsers(sql, waiting - callbacks)
    })
  const latency = async (side: Side) => ({ latency: (await measureBursts(side, bursts)).median })
  const [many, few] = await Promise.all([open('claim-many', isQuick ? 20_000 : 1_000_000), open('claim-few', 1_000)])
  try {
    return await compare(isQuick ? 1 : 10, [
      {
        name: 'claim-growth',
        ours: () => latency(many),
        rival: () => latency(few),
        goals: { latency: { unit: 'ms', atMost: 1.2 } },
      },
    ])
  } finally {
    await many.close()
    await few.close()
  }
}
