import type { BenchOptions } from '../benchmarks.ts'
import type { RivalName } from '../rivals/rivals.ts'
import { compare, type Comparison, type Goal } from '../rounds.ts'
import { measureBursts, type BurstMetric, type Bursts } from './bursts.ts'
import { openOurs, openRival, type Seed, type Side } from './sides.ts'

export interface HttpContest<Metric extends BurstMetric> extends Omit<Bursts, 'count'> {
  /** Of every side. */
  seed: Seed
  /** Bursts in a round; a fifth of them in a quick run. */
  bursts: number
  rivals: HttpRival<Metric>[]
  goals: Record<Metric, Goal>
}

export interface HttpRival<Metric extends BurstMetric> {
  /** Of the rival, and of the comparison with it. */
  name: RivalName
  /** What only this rival needs before it is asked, given our side. */
  prepare?: (rival: Side, ours: Side) => Promise<void>
  /** Its own way to put things back after a burst. */
  after?: (rival: Side) => Promise<void>
  /** What holds against this rival instead of the goals of all. */
  goals?: Partial<Record<Metric, Goal>>
}

/** Compares a route of ours with rivals': the same requests to each, in bursts. */
export async function compareOverHttp<Metric extends BurstMetric>(
  { services, isQuick }: BenchOptions,
  { seed, rivals, goals, bursts, ...rest }: HttpContest<Metric>,
): Promise<Comparison[]> {
  await using opened = new AsyncDisposableStack()
  const [ours, ...others] = await Promise.all([
    openOurs(services, `${rivals[0]!.name}-ours`, seed),
    ...rivals.map(({ name }) => openRival(services, name, seed)),
  ])
  for (const side of [ours, ...others]) opened.defer(() => side.close())

  const sent = { ...rest, count: isQuick ? Math.ceil(bursts / 5) : bursts }
  const measureOurs = () => measureBursts(ours, sent)
  const contests = rivals.map(async ({ name, prepare, after, goals: own }, index) => {
    const rival = others[index]!
    await prepare?.(rival, ours)
    return {
      name,
      goals: { ...goals, ...own },
      ours: measureOurs,
      rival: () => measureBursts(rival, { ...sent, ...(after && { after }) }),
    }
  })
  return await compare<Metric>(isQuick ? 1 : 6, await Promise.all(contests))
}
