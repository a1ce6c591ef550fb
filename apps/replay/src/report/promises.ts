import { reportPromises, type Deps } from '@ringback/core'
import type { DayPlan } from '../log/day-plan.ts'

/** How the promises of a day were kept, as the report on promises tells it. */
export interface PromiseFigures {
  kept: number
  early: number
  late: number
  broken: number
  /** Percent that was kept of these four; null without any. */
  punctuality: number | null
  /** Of the first attempts; null without any. */
  latenessSeconds: { p50: number | null; p95: number | null }
}

const dayMs = 24 * 60 * 60_000

/** Reads the report on the promises of a replayed day: there are no others in its database. */
export async function readPromiseFigures(deps: Deps, { opensAt, closesAt }: DayPlan): Promise<PromiseFigures> {
  const { total } = await reportPromises(deps, {
    from: new Date(opensAt.getTime() - 7 * dayMs),
    to: new Date(closesAt.getTime() + 7 * dayMs),
    groupBy: 'queueType',
    timeZone: 'UTC',
  })
  const { kept, early, late, broken, punctuality, latenessSeconds } = total
  return {
    kept,
    early,
    late,
    broken,
    punctuality,
    latenessSeconds: { p50: latenessSeconds.p50, p95: latenessSeconds.p95 },
  }
}

/** The value that a share of all do not exceed, as Postgres' `percentile_disc`; null of none. */
export function percentile(ascending: readonly number[], share: number): number | null {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null
}
