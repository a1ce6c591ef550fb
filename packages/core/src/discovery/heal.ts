import { cronRuns } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { runIdOf } from '../runs/run-id.ts'
import { tick } from './tick.ts'

const minuteMs = 60_000
const lateAfterMs = 75_000

/**
 * Runs a tick when none has started for more than a minute, whatever became of the scheduler. Of all processes that
 * notice at the same moment, one does. Returns the id of its run, or undefined when the ticks are on time.
 */
export async function healTicks(deps: Deps): Promise<string | undefined> {
  const now = deps.clock.now().getTime()
  const { startedAt } = await cronRuns.latest(deps.sql)
  if (startedAt && now - startedAt.getTime() <= lateAfterMs) return undefined
  if (startedAt) deps.log.warn({ lastStartedAt: startedAt }, 'ticks are late; running one')
  return tick(deps, { trigger: 'recovery', runId: runIdOf(`recovery ${Math.floor(now / minuteMs)}`) })
}
