import { callbackNotifications, callbacks, cronRuns, isDatabaseAway } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { logFinishedRun } from '../runs/runs.ts'

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
 * why, and its run counts an error. Failures that routing itself found, such as an unknown user, are counted there. That
 * Postgres was away says nothing of the callback: only its run counts it, and the next tick tries again.
 */
export async function noteRoutingFailure(
  deps: Deps,
  { callbackId, runId, reason, cause }: RoutingFailureInput,
): Promise<void> {
  const now = deps.clock.now()
  const { tally } = await deps.transact(async ({ sql, pipeline }) => {
    const callback = isDatabaseAway(cause) ? undefined : await callbacks.lock(sql, callbackId)
    if (callback?.status === 'pending' || callback?.status === 'accepted') {
      const retryAt = addMilliseconds(now, retryDistanceMs(callback.routingFailures + 1))
      await callbacks.noteRoutingFailure(sql, callbackId, retryAt, now)
      pipeline(callbackNotifications.addRoutingFailures(sql, [{ callbackId, reason, retryAt }], now))
    }
    const added = runId ? cronRuns.addTally(sql, runId, { ...nothing, processed: 1, errors: 1 }, now) : undefined
    pipeline(added)
    return { tally: added }
  })
  deps.log.error({ runId, callbackId, reason }, 'callback could not be routed')
  logFinishedRun(deps.log, (await tally)?.[0])
}

const nothing: cronRuns.RoutingTally = { processed: 0, notified: 0, routed: 0, unassigned: 0, deferred: 0, errors: 0 }

/**
 * How long after the last of so many failures in a row routing is tried again: one to two minutes at first, twice as
 * long each time, half an hour to an hour at last. Callbacks that failed together part ways.
 */
export function retryDistanceMs(failures: number): number {
  return Math.min(shortestMs * 2 ** (failures - 1), longestMs) * (1 + Math.random())
}

/** What may be told of an error: its kind. A database's message can hold a customer's data. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error'
  const { code, constraint_name: constraint } = error as { code?: unknown; constraint_name?: unknown }
  return [error.name, code, constraint].filter((part) => typeof part === 'string').join(' ')
}
