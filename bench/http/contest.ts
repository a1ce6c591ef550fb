import type postgres from 'postgres'
import type { BenchOptions } from '../benchmarks.ts'
import type { RivalName } from '../rivals/rivals.ts'
import { compare, type Comparison, type Goal } from '../rounds.ts'
import { measureBursts, type BurstMetric, type Bursts } from './bursts.ts'
import { openOurs, openRival, type Side } from './sides.ts'

export interface HttpContest<Metric extends BurstMetric> extends Omit<Bursts, 'count' | 'after'> {
  name: string
  rival: RivalName
  /** Writes the rows of both sides. */
  seed: (sql: postgres.Sql) => Promise<void>
  /** What only the rival needs before it is asked, given our side. */
  prepareRival?: (rival: Side, ours: Side) => Promise<void>
  after?: { ours: (side: Side) => Promise<void>; rival: (side: Side) => Promise<void> }
  /** Bursts in a round; one in a quick run. */
  bursts: number
  goals: Record<Metric, Goal>
}

/** Compares a route of ours with the rival's: the same requests to both, in bursts. */
export async function compareOverHttp<Metric extends BurstMetric>(
  { services, isQuick }: BenchOptions,
  contest: HttpContest<Metric>,
): Promise<Comparison[]> {
  const { name, rival: rivalName, seed, prepareRival, after, bursts, goals, ...rest } = contest
  const count = isQuick ? 1 : bursts
  const database = name.replaceAll('-', '_')
  const [ours, rival] = await Promise.all([
    openOurs(services, { name: database, seed }),
    openRival(services, rivalName, { name: `${database}_rival`, seed }),
  ])
  try {
    await prepareRival?.(rival, ours)
    return await compare<Metric>({
      name,
      rounds: isQuick ? 2 : 10,
      ours: () => measureBursts(ours, { ...rest, count, ...(after && { after: after.ours }) }),
      rival: () => measureBursts(rival, { ...rest, count, ...(after && { after: after.rival }) }),
      goals,
    })
  } finally {
    await ours.close()
    await rival.close()
  }
}
