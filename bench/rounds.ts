/** Two things measured in turn: ours, and the rival it is held against. */
export interface Comparison {
  name: string
  /** Medians of the measured times, in milliseconds. */
  oursMs: number
  rivalMs: number
  /** Median of the ratios round by round: ours / rival. */
  ratio: number
  /** Smallest and largest ratio of a round. */
  spread: [min: number, max: number]
  goal: string
  isMet: boolean
}

export interface Contest {
  name: string
  rounds: number
  ours: () => Promise<void>
  rival: () => Promise<void>
  /** The largest ratio ours / rival that is good enough. */
  atMost: number
}

/**
 * Measures ours and the rival in turn, after one round that does not count. Machines differ and drift, so only ratios
 * within a round mean anything; who goes first changes with every round, since the first pays for what both need.
 */
export async function compare({ name, rounds, ours, rival, atMost }: Contest): Promise<Comparison> {
  const times: { ours: number; rival: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const isOursFirst = round % 2 === 0
    const first = await timeOf(isOursFirst ? ours : rival)
    const second = await timeOf(isOursFirst ? rival : ours)
    const measured = isOursFirst ? { ours: first, rival: second } : { ours: second, rival: first }
    if (round > 0) times.push(measured)
  }
  const ratios = times.map((time) => time.ours / time.rival)
  const ratio = median(ratios)
  return {
    name,
    oursMs: median(times.map((time) => time.ours)),
    rivalMs: median(times.map((time) => time.rival)),
    ratio,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    goal: `≤ ${atMost} ×`,
    isMet: ratio <= atMost,
  }
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const before = performance.now()
  await work()
  return performance.now() - before
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
