import { randomUUID } from 'node:crypto'
import { cronRuns, type TickTrigger } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { dispatch } from '../routing/dispatch.ts'
import { logFinishedRun } from '../runs/runs.ts'
import { countQueued, scanDue } from './scan.ts'

export interface TickInput {
  trigger: TickTrigger
  /** The id of the run; a second tick with the same id does nothing. */
  runId?: string
}

const runsAreLostAfterMs = 15 * 60_000

/**
 * One tick: finds the callbacks that need work and puts a job for each into the routing queue. Returns the id of its
 * run, which ends when the last of its jobs is settled. Any number of ticks may run at the same moment.
 */
export async function tick(deps: Deps, { trigger, runId = randomUUID() }: TickInput): Promise<string> {
  const now = deps.clock.now()
  const isNew = await cronRuns.start(deps.sql, runId, trigger, now)
  if (!isNew) return runId
  await closeLostRuns(deps, now)

  let alreadyQueued = await countQueued(deps, now)
  let enqueued = 0
  for await (const { callbackIds, areQueued } of scanDue(deps, now)) {
    const added = await dispatch(deps, { callbackIds, runId })
    enqueued += added
    // A callback without a job of this run is about to be queued by another run's job.
    alreadyQueued += callbackIds.length - added - (areQueued ? callbackIds.length : 0)
  }

  const finished = await cronRuns.noteScanned(
    deps.sql,
    runId,
    { enqueued, alreadyQueued: Math.max(0, alreadyQueued) },
    deps.clock.now(),
  )
  logFinishedRun(deps.log, finished)
  return runId
}

async function closeLostRuns(deps: Deps, now: Date): Promise<void> {
  for (const run of await cronRuns.abandon(deps.sql, addMilliseconds(now, -runsAreLostAfterMs), now)) {
    deps.log.warn(
      { runId: run.id, enqueued: run.enqueued, processed: run.processed },
      'tick abandoned: its jobs were lost',
    )
  }
}
