import { accept } from './accept.ts'
import { bulk } from './bulk.ts'
import { claimGrowth } from './claim-growth.ts'
import { claimQueues } from './claim-queues.ts'
import { claimVsPostgresSameWrites } from './claim-vs-postgres-same-writes.ts'
import { claim } from './claim.ts'
import { day } from './day/day.ts'
import { dispatch } from './dispatch.ts'
import { flood } from './flood.ts'
import { interference } from './interference.ts'
import { memory } from './memory.ts'
import { metrics } from './metrics.ts'
import { outcome } from './outcome.ts'
import { peek } from './peek.ts'
import { policies } from './policies.ts'
import { rebuild } from './rebuild.ts'
import type { Comparison } from './rounds.ts'
import { scanGrowth } from './scan-growth.ts'
import type { BenchServices } from './services.ts'
import { snooze } from './snooze.ts'
import { streams } from './streams.ts'
import { tick } from './tick.ts'
import { wall } from './wall/wall.ts'
import { workers } from './workers.ts'
import { year } from './year.ts'

export interface BenchOptions {
  services: BenchServices
  /** Smaller and shorter, to find out in seconds what became many times slower. */
  isQuick: boolean
  /** The day with all its hours and ten minutes of the wall, which take longer than all the rest. */
  isWhole: boolean
}

export interface Benchmark {
  /** Names of its comparisons: whoever asks for one gets all, as they share what is measured. */
  names: string[]
  run: (options: BenchOptions) => Promise<Comparison[]>
}

/** Every benchmark, in the order in which they run. */
export const benchmarks: Benchmark[] = [
  { names: ['tick-vs-report', 'tick-vs-bullmq', 'tick-same-writes'], run: tick },
  { names: ['dispatch-vs-pg-boss', 'dispatch-vs-pg-boss-together', 'dispatch-vs-graphile-worker'], run: dispatch },
  { names: ['workers'], run: workers },
  { names: ['scan-growth'], run: scanGrowth },
  { names: ['flood'], run: flood },
  { names: ['rebuild'], run: rebuild },
  { names: ['memory'], run: memory },
  { names: ['claim', 'claim-same-writes'], run: claim },
  { names: ['claim-growth'], run: claimGrowth },
  { names: ['claim-queues'], run: claimQueues },
  { names: ['claim-vs-postgres-same-writes'], run: claimVsPostgresSameWrites },
  { names: ['peek', 'peek-same-reads'], run: peek },
  { names: ['accept'], run: accept },
  { names: ['snooze'], run: snooze },
  { names: ['outcome'], run: outcome },
  { names: ['bulk'], run: bulk },
  { names: ['streams'], run: streams },
  { names: ['wall'], run: wall },
  { names: ['interference'], run: interference },
  { names: ['day'], run: day },
  { names: ['policies'], run: policies },
  { names: ['year'], run: year },
  { names: ['metrics-claim', 'metrics-tick', 'traces-claim', 'traces-tick'], run: metrics },
]
