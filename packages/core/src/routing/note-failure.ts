import { callbacks, cronRuns, isDatabaseAway, mayMove, setLockTimeout, type Callback } from '@ringback/db'
import { actingAs, routingActor } from '../actor.ts'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { backgroundWaitsMs, lockCallback } from '../locks.ts'
import { tellFinishedRun } from '../runs/runs.ts'
import type { Transaction } from '../transact.ts'
import { emptyTally } from './tally.ts'

export interface RoutingFailureInput {
  callbackId: string
  /** The tick that found the callback; null when it was not a tick. */
  runId: string | null
  /** Stands in the callback's history for all to read. */
  reason: string
  /** What was thrown, if anything. */
  cause?: unknown
}

const shortestMs = 60_000
const longestMs = 30 * 60_000

/**
 * Writes down that a callback's routing could not be carried out: ticks leave it alone for a while, its history says
 * why, the next promise of its user need not wait for it, and its run counts an error. Failures that routing itself found, such as an unknown user, are counted there. That
 * Postgres was away says nothing of the callback, nor that its row cannot be had; and a row that nothing can be written to
 * keeps no note. Then only the run counts it, and the next tick tries again. What the run has counted already it does not
 * count again.
 */
export async function noteRoutingFailure(by: Deps, failure: RoutingFailureInput): Promise<void> {
  const deps = actingAs(by, routingActor(failure.runId))
  try {
    await deps.transact(async (tx) => {
      await setLockTimeout(tx.sql, backgroundWaitsMs)
      const { callback } = await lockCallback(tx, failure.callbackId)
      await noteWithin(deps, tx, failure, callback)
    })
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    await deps.transact((tx) => noteWithin(deps, tx, failure, undefined))
  }
}

async function noteWithin(
  deps: Deps,
  { sql, now, pipeline, last, note, afterCommit }: Transaction,
  { callbackId, runId, reason, cause }: RoutingFailureInput,
  callback: Callback | undefined,
): Promise<void> {
  const isCounted = runId !== null && callback?.countedInRun === runId
  if (callback && mayMove(callback.status, 'claim') && !isCounted && !isDatabaseAway(cause)) {
    const retryAt = addMilliseconds(now, retryDistanceMs(callback.routingFailures + 1))
    await callbacks.noteRoutingFailure(sql, callbackId, retryAt, runId, now)
    if (!callback.isQueued) pipeline(callbacks.wakeDeferred(sql, [callback.userId]))
    note({ callbackId, kind: 'routing_failed', details: { reason, retryAt } })
  }
  const tally =
    runId === null || isCounted
      ? undefined
      : cronRuns.addTally(sql, runId, { ...emptyTally, settled: 1, processed: 1, errors: 1 }, now)
  last(tally)
  afterCommit(async () => {
    deps.log.error({ runId, callbackId, reason }, 'callback could not be routed')
    tellFinishedRun(deps, (await tally)?.[0])
  })
}

/**
 * How long after the last of so many failures in a row routing is tried again: one to two minutes at first, twice as
 * long each time, half an hour to an hour at last. Callbacks that failed together part ways.
 */
export function retryDistanceMs(failures: number): number {
  return Math.min(shortestMs * 2 ** (failures - 1), longestMs) * (1 + Math.random())
}
