/** What one side did in one round, by metric: callbacks a second, milliseconds, bytes. */
export type Figures<Metric extends string> = Record<Metric, number>

/** Does its work once and says how it went. */
export type Measure<Metric extends string> = () => Promise<Figures<Metric>>

/** The ratio ours / rival that is good enough. */
export type Goal = { unit: string } & ({ atMost: number } | { atLeast: number })

/** Ours, and the rival it is held against. */
export interface Contest<Metric extends string> {
  name: string
  ours: Measure<Metric>
  rival: Measure<Metric>
  goals: Record<Metric, Goal>
}

/** How a contest went by one of its metrics. */
export interface Comparison {
  name: string
  goal: Goal
  /** Medians of the figures. */
  ours: number
  rival: number
  /** Median of the ratios round by round: ours / rival. */
  ratio: number
  /** Smallest and largest ratio of a round. */
  spread: [min: number, max: number]
}

/**
 * Measures the sides of all contests in turn, `rounds` times (at least five, one in a quick run) after one round that
 * does not count. A side that stands in several contests is measured once a round. Machines differ and drift, so only
 * ratios within a round mean anything; the order is reversed with every round, since the first pays for what all need.
 */
export async function compare<Metric extends string>(
  rounds: number,
  contests: Contest<Metric>[],
): Promise<Comparison[]> {
  const sides = Array.from(new Set(contests.flatMap(({ ours, rival }) => [ours, rival])))
  const measured = new Map(sides.map((side) => [side, [] as Figures<Metric>[]]))
  for (let round = 0; round <= rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const figures = await side()
      if (round > 0) measured.get(side)!.push(figures)
    }
  }
  return contests.flatMap(({ name, ours, rival, goals }) =>
    (Object.keys(goals) as Metric[]).map((metric) => {
      const figuresOf = (side: Measure<Metric>) => measured.get(side)!.map((figures) => figures[metric])
      return comparisonOf(name, goals[metric], figuresOf(ours), figuresOf(rival))
    }),
  )
}

function comparisonOf(name: string, goal: Goal, ours: number[], rival: number[]): Comparison {
  const ratios = ours.map((figure, round) => figure / rival[round]!)
  return {
    name,
    goal,
    ours: median(ours),
    rival: median(rival),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  }
}

/** Whether a ratio is good enough. A tolerance of 4 lets it be four times worse than the goal. */
export function isMet({ ratio, goal }: Comparison, tolerance = 1): boolean {
  return 'atMost' in goal ? ratio <= goal.atMost * tolerance : ratio >= goal.atLeast / tolerance
}

/** How long `work` takes, in milliseconds. */
export async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now()
  await work()
  return performance.now() - before
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The value of which this share of all are no greater. */
export function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]!
}
