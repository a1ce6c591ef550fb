import { quantile, type Figures } from '../rounds.ts'
import type { Request } from './load.ts'
import type { Side } from './sides.ts'

export type BurstMetric = 'throughput' | 'median' | 'p99'

export interface Bursts {
  count: number
  /** Makes the requests of a burst; what that takes is not measured. */
  requests: (side: Side) => Promise<Request[]>
  /** What must be true of every answer, or the burst measured something else. */
  isRight: (answer: string) => boolean
  /** Puts things back after a burst, unmeasured. */
  after?: (side: Side) => Promise<void>
}

/** Sends bursts of requests and returns throughput (requests a second), median and 99th percentile (milliseconds). */
export async function measureBursts(
  side: Side,
  { count, requests, isRight, after }: Bursts,
): Promise<Figures<BurstMetric>> {
  const latencies: number[] = []
  let seconds = 0
  for (let burst = 0; burst < count; burst++) {
    const sent = await side.load.send(await requests(side))
    const wrong = sent.answers.find((answer) => !isRight(answer))
    if (wrong !== undefined) throw new Error(`Not the answer to measure: ${wrong}`)
    await after?.(side)
    latencies.push(...sent.latencies)
    seconds += sent.seconds
  }
  // Bursts change the same rows again and again, faster than anything but a benchmark and than autovacuum follows.
  await side.engine.sql`vacuum`
  return {
    throughput: latencies.length / seconds,
    median: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}
