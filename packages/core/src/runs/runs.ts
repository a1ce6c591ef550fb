import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { cronRuns, type CronRun } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'

/** The last runs of the tick, newest first. */
export async function listRuns(deps: Deps, { limit }: { limit: number }): Promise<CronRun[]> {
  return cronRuns.list(deps.sql, limit)
}

/**
 * Waits for the end of a run. Returns the run as it stands when it ends, after `timeoutMs`, or soon after `signal` aborts.
 *
 * @throws DomainError `run-lost` when Postgres has gone back to a time before it
 */
export async function awaitRun(
  deps: Deps,
  runId: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<CronRun> {
  const deadline = performance.now() + timeoutMs
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const run = await cronRuns.get(deps.sql, runId)
    if (!run) throw new DomainError('run-lost', `Run ${runId} is gone: the database holds older data now`)
    if (run.finishedAt || run.abandonedAt || signal?.aborted || performance.now() > deadline) return run
    await delay(pauseMs)
  }
}

/** A run's duration in milliseconds; null until it is finished. */
export function durationOf(run: CronRun): number | null {
  return run.finishedAt && run.finishedAt.getTime() - run.startedAt.getTime()
}

/** What a run has counted by now; the API, the log and Bull Board know it by the same names. */
export function figuresOf({ processed, notified, routed, unassigned, deferred, alreadyQueued, errors }: CronRun) {
  return { processed, notified, routed, unassigned, deferred, alreadyQueued, errors }
}

/** `Processed 12 callbacks, sent 11 notifications` */
export function messageOf(run: CronRun): string {
  return `Processed ${run.processed} callbacks, sent ${run.notified} notifications`
}

/** The one line with which a tick ends, written by whoever settled its last job: a run that goes on says nothing. */
export function tellFinishedRun({ log, telemetry }: Pick<Deps, 'log' | 'telemetry'>, run: CronRun | undefined): void {
  if (!run?.finishedAt) return
  const { id: runId, trigger } = run
  const durationMs = durationOf(run)!
  log.info({ runId, trigger, ...figuresOf(run), durationMs }, 'tick finished')
  telemetry.observe('ringback_tick_duration_seconds', { trigger }, durationMs / 1_000)
  for (const [result, count] of Object.entries(figuresOf(run))) {
    telemetry.count('ringback_tick_callbacks_total', { result }, count)
  }
}

/**
 * The id of the run that `text` stands for, the same in every process: those who want the same run at the same moment
 * start one.
 */
export function runIdOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
