import { randomUUID } from 'node:crypto'
import { cronRuns, type TickTrigger } from '@ringback/db'
import { actingAs, engineTask } from '../actor.ts'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { repeat } from '../repeat.ts'
import { dispatch } from '../routing/dispatch.ts'
import { tellFinishedRun } from '../runs/runs.ts'
import { countQueued, scanDue } from './scan.ts'

export interface TickInput {
  trigger: TickTrigger
  /** The id of the run; a second tick with the same id does nothing. */
  runId?: string
}

const saysSoEveryMs = 4_000
const runsAreLostAfterMs = 15 * 60_000

/**
 * One tick: finds the callbacks that need work and puts a job for each into the routing queue. Returns the id of its
 * run, which ends when the last of its jobs is settled. Any number of ticks may run at the same moment.
 */
export async function tick(by: Deps, { trigger, runId = randomUUID() }: TickInput): Promise<string> {
  const now = by.clock.now()
  const isNew = await cronRuns.start(by.sql, runId, trigger, now)
  if (!isNew) return runId
  if (trigger === 'manual') by.log.info({ runId }, 'tick asked for')
  const deps = actingAs(by, engineTask('tick'))
  await deps.telemetry.begin('tick', { 'ringback.run_id': runId, 'ringback.trigger': trigger }, () =>
    findAndDispatch(deps, runId, now),
  )
  return runId
}

async function findAndDispatch(deps: Deps, runId: string, now: Date): Promise<void> {
  await closeLostRuns(deps, now)
  const scanned = await whileSayingSo(deps, runId, () => dispatchDue(deps, runId, now))
  tellFinishedRun(deps, await cronRuns.noteScanned(deps.sql, runId, scanned, deps.clock.now()))
}

/** Puts everything due to work; returns how many jobs that made, and how many callbacks needed none. */
async function dispatchDue(deps: Deps, runId: string, now: Date): Promise<{ enqueued: number; alreadyQueued: number }> {
  let alreadyQueued = await countQueued(deps, now)
  let enqueued = 0
  for await (const { callbacks, areQueued } of scanDue(deps, now)) {
    const facts = { 'ringback.callbacks': callbacks.length }
    const added = await deps.telemetry.span('dispatch', facts, () => dispatch(deps, { callbacks, runId }))
    enqueued += added
    // A callback without a job of this run is about to be queued by another run's job.
    alreadyQueued += callbacks.length - added - (areQueued ? callbacks.length : 0)
  }
  return { enqueued, alreadyQueued: Math.max(0, alreadyQueued) }
}

/** A tick that takes long says that it is at work, so that no other one is begun in its place (see `healTicks`). */
async function whileSayingSo<T>(deps: Deps, runId: string, work: () => Promise<T>): Promise<T> {
  const beat = repeat(
    'tick progress',
    { everyMs: saysSoEveryMs, firstAfterMs: saysSoEveryMs },
    () => cronRuns.noteProgress(deps.sql, runId, deps.clock.now()),
    deps.log,
  )
  try {
    return await work()
  } finally {
    await beat.stop()
  }
}

async function closeLostRuns(deps: Deps, now: Date): Promise<void> {
  for (const run of await cronRuns.abandon(deps.sql, addMilliseconds(now, -runsAreLostAfterMs), now)) {
    deps.telemetry.count('ringback_ticks_abandoned_total', {})
    deps.log.warn(
      { runId: run.id, enqueued: run.enqueued, processed: run.processed },
      'tick abandoned: its jobs were lost',
    )
  }
}
