import { cronRuns } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { runIdOf } from '../runs/runs.ts'
import { tick } from './tick.ts'

const lateAfterMs = 75_000
/** A tick that is looking for its callbacks says so more often than this. */
const saysSoWithinMs = 15_000

/**
 * Runs a tick when none has found its callbacks for more than a minute, whatever became of the scheduler, or of a tick
 * that Postgres was lost to, and none is looking for them: one at a time, however long that takes. Of all processes that
 * notice at the same moment, one does. Returns the id of its run, or undefined when the ticks are on time.
 */
export async function healTicks(deps: Deps): Promise<string | undefined> {
  const now = deps.clock.now().getTime()
  const { startedAt, progressAt, scannedAt } = await cronRuns.latest(deps.sql)
  if (isWithin(scannedAt, lateAfterMs) || isWithin(progressAt, saysSoWithinMs)) return undefined
  if (startedAt) deps.log.warn({ lastScannedAt: scannedAt }, 'ticks are late; running one')
  return tick(deps, { trigger: 'recovery', runId: runIdOf(`recovery ${Math.floor(now / saysSoWithinMs)}`) })

  function isWithin(moment: Date | null, milliseconds: number): boolean {
    return moment !== null && now - moment.getTime() <= milliseconds
  }
}
