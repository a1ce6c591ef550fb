import type postgres from 'postgres'
import type { BenchOptions } from './benchmarks.ts'
import { measureBursts } from './http/bursts.ts'
import { freshClaims, giveBackToLanes } from './http/claims.ts'
import { seedAgents, seedOrdinaryUsers, seedQueuedCallbacks } from './http/people.ts'
import { openOurs, type Side } from './http/sides.ts'
import { compare, type Comparison } from './rounds.ts'

const callbacks = 800
const ordinaryUsers = 2_000

/** Claims of agents who serve 20 queues, against the same claims of agents who serve two, with people in all of them. */
export async function claimQueues({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const bursts = { ...(await freshClaims()), after: giveBackToLanes, count: isQuick ? 1 : 5 }
  const open = (queues: number) =>
    openOurs(services, `claim-${queues}-queues`, async (sql) => {
      await seedAgents(sql)
      await seedQueuedCallbacks(sql, callbacks)
      await seedOrdinaryUsers(sql, ordinaryUsers)
      await spreadOver(sql, queues)
    })
  const latency = async (side: Side) => ({ latency: (await measureBursts(side, bursts)).median })
  const [many, few] = await Promise.all([open(20), open(2)])
  try {
    return await compare(isQuick ? 1 : 10, [
      {
        name: 'claim-queues',
        ours: () => latency(many),
        rival: () => latency(few),
        goals: { latency: { unit: 'ms', atMost: 1.5 } },
      },
    ])
  } finally {
    await many.close()
    await few.close()
  }
}

/** Has everybody wait in so many queues, which all agents serve by name. */
async function spreadOver(sql: postgres.Sql, queues: number): Promise<void> {
  await sql`
    insert into queues (queue_type, name, created_at, updated_at)
    select 'queue_' || n, 'Queue ' || n, now(), now() from generate_series(1, ${queues}::int) n`
  await sql`update call_queue set queue_type = 'queue_' || 1 + id % ${queues}::int`
  await sql`delete from queues where not starts_with(queue_type, 'queue_')`
  await sql`update agents set queue_types = array(select queue_type from queues order by queue_type)`
}
