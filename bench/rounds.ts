/** What one side did in one round, by metric: callbacks a second, milliseconds, bytes. */
export type Figures<Metric extends string> = Record<Metric, number>

/** The ratio ours / rival that is good enough. */
export type Goal = { unit: string } & ({ atMost: number } | { atLeast: number })

export interface Contest<Metric extends string> {
  name: string
  /** At least five, fewer in a quick run; one more goes before them and does not count. */
  rounds: number
  ours: () => Promise<Figures<Metric>>
  rival: () => Promise<Figures<Metric>>
  goals: Record<Metric, Goal>
}

/** One metric of two things measured in turn: ours, and the rival it is held against. */
export interface Comparison {
  name: string
  unit: string
  /** Medians of the figures. */
  ours: number
  rival: number
  /** Median of the ratios round by round: ours / rival. */
  ratio: number
  /** Smallest and largest ratio of a round. */
  spread: [min: number, max: number]
  goal: Goal
}

/**
 * Measures ours and the rival in turn, after one round that does not count. Machines differ and drift, so only ratios
 * within a round mean anything; who goes first changes with every round, since the first pays for what both need.
 */
export async function compare<Metric extends string>(contest: Contest<Metric>): Promise<Comparison[]> {
  const { name, rounds, goals } = contest
  const measured: { ours: Figures<Metric>; rival: Figures<Metric> }[] = []
  for (let round = 0; round <= rounds; round++) {
    const isOursFirst = round % 2 === 0
    const first = await contest[isOursFirst ? 'ours' : 'rival']()
    const second = await contest[isOursFirst ? 'rival' : 'ours']()
    const figures = isOursFirst ? { ours: first, rival: second } : { ours: second, rival: first }
    if (round > 0) measured.push(figures)
  }
  return (Object.keys(goals) as Metric[]).map((metric) => {
    const ratios = measured.map(({ ours, rival }) => ours[metric] / rival[metric])
    return {
      name,
      unit: goals[metric].unit,
      ours: median(measured.map(({ ours }) => ours[metric])),
      rival: median(measured.map(({ rival }) => rival[metric])),
      ratio: median(ratios),
      spread: [Math.min(...ratios), Math.max(...ratios)],
      goal: goals[metric],
    }
  })
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

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
