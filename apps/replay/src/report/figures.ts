import type { SimulatedDay } from '../simulation/day.ts'
import type { Audit } from './audit.ts'
import type { PromiseFigures } from './promises.ts'

/** The result of one replayed day; these names are what `--json` writes. */
export interface Figures {
  /** `YYYY-MM-DD` */
  day: string
  promised: number
  called: number
  open: number
  lost: number
  doubled: number
  /** Claim minus due time of those called; null when none was. */
  latenessSeconds: { p50: number | null; p95: number | null; max: number | null }
  /** Of those promised, 0 to 1; null when none was. */
  within5MinutesShare: number | null
  byPreferredAgent: number
  bySubstitute: number
  longestUnattendedSeconds: number
  ticks: number
  jobs: number
  wallSeconds: number
  promises: PromiseFigures
}

/** Whether every promise is kept or still open, and none was kept twice. */
export function isSound({ lost, doubled }: Figures): boolean {
  return lost === 0 && doubled === 0
}

/**
 * Puts the figures of a day together from what Postgres says.
 *
 * @throws Error when the simulation saw something else happen than Postgres tells
 */
export function figuresOf(
  day: string,
  simulated: SimulatedDay,
  audit: Audit,
  effort: Pick<Figures, 'ticks' | 'jobs' | 'wallSeconds'>,
  promises: PromiseFigures,
): Figures {
  const { inDatabase, calledWithin5Minutes, ...counts } = audit
  const isAgreed = inDatabase === simulated.callbackIds.length && audit.called === simulated.called
  if (!isAgreed && audit.lost === 0) {
    throw new Error(
      `${day}: ${simulated.callbackIds.length} promises were made and ${simulated.called} kept; ` +
        `Postgres knows of ${inDatabase} and ${audit.called}`,
    )
  }
  return {
    day,
    promised: counts.promised,
    called: counts.called,
    open: counts.open,
    lost: counts.lost,
    doubled: counts.doubled,
    latenessSeconds: counts.latenessSeconds,
    within5MinutesShare: counts.promised === 0 ? null : rounded(calledWithin5Minutes / counts.promised, 3),
    byPreferredAgent: counts.byPreferredAgent,
    bySubstitute: counts.bySubstitute,
    longestUnattendedSeconds: simulated.longestUnattendedSeconds,
    ticks: effort.ticks,
    jobs: effort.jobs,
    wallSeconds: rounded(effort.wallSeconds, 1),
    promises,
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
