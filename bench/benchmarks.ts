import { accept } from './accept.ts'
import { claimGrowth } from './claim-growth.ts'
import { claimVsPostgres } from './claim-vs-postgres.ts'
import { claim, claimSameWrites } from './claim.ts'
import { memory } from './memory.ts'
import { outcome } from './outcome.ts'
import { peek, peekSameReads } from './peek.ts'
import { rebuild } from './rebuild.ts'
import type { Comparison } from './rounds.ts'
import { scanGrowth } from './scan-growth.ts'
import type { BenchServices } from './services.ts'
import { snooze } from './snooze.ts'
import { tickSameWrites, tickVsBullmq } from './tick-vs-bullmq.ts'
import { tickVsReport } from './tick-vs-report.ts'
import { workers } from './workers.ts'

export interface BenchOptions {
  services: BenchServices
  /** Smaller and shorter, to find out in seconds what became many times slower. */
  isQuick: boolean
}

/** Every benchmark by name, in the order in which they run. */
export const benchmarks: Record<string, (options: BenchOptions) => Promise<Comparison[]>> = {
  'tick-vs-report': tickVsReport,
  'tick-vs-bullmq': tickVsBullmq,
  'tick-same-writes': tickSameWrites,
  workers,
  'scan-growth': scanGrowth,
  rebuild,
  memory,
  claim,
  'claim-same-writes': claimSameWrites,
  'claim-growth': claimGrowth,
  'claim-vs-postgres': claimVsPostgres,
  peek,
  'peek-same-reads': peekSameReads,
  accept,
  snooze,
  outcome,
}
