import type { Logger } from 'pino'

export interface Repeating {
  /** Stops after the run at work, if any. */
  stop(): Promise<void>
}

/** What one run of a task says of itself. */
export interface TaskReport {
  /** What it found and did, as fields of its line in the log: numbers, kinds, ids. */
  figures: Readonly<Record<string, unknown>>
  /** Whether it did something. A run that looked and found all well is for debugging. */
  hasDone: boolean
}

/** Reports a run by its figures. Unless `hasDone` says so, it did something when it counted anything. */
export function reportOf(
  figures: TaskReport['figures'],
  hasDone = Object.values(figures).some((figure) => typeof figure === 'number' && figure > 0),
): TaskReport {
  return { figures, hasDone }
}

/**
 * Does `work` again and again, `everyMs` after it last ended, with some jitter so that processes do not march in step.
 * Each run is one line in the log, with what it reports and the milliseconds that it took: `debug` when it did nothing,
 * `info` when it did something, `warn` when it took longer than `everyMs`. Of failures in a row the first is a warning,
 * and the recovery is told.
 */
export function repeat(
  name: string,
  { everyMs, firstAfterMs = 0 }: { everyMs: number; firstAfterMs?: number },
  work: () => Promise<TaskReport | void>,
  log: Logger,
): Repeating {
  let timer = setTimeout(start, firstAfterMs)
  let running: Promise<void> = Promise.resolve()
  let isStopped = false
  let hasFailed = false

  async function run() {
    const began = performance.now()
    const durationSoFar = () => Math.round(performance.now() - began)
    try {
      const report = (await work()) ?? reportOf({})
      logRun(durationSoFar(), report)
      hasFailed = false
    } catch (error) {
      const line = { task: name, durationMs: durationSoFar(), err: error }
      log[hasFailed ? 'debug' : 'warn'](line, 'task failed; trying again')
      hasFailed = true
    }
    if (!isStopped) timer = setTimeout(start, everyMs * (0.9 + Math.random() / 5))
  }

  function logRun(durationMs: number, { figures, hasDone }: TaskReport) {
    const isSlow = durationMs > everyMs
    const line = { task: name, durationMs, ...(isSlow && { everyMs }), ...figures }
    const slow = 'task took longer than its interval'
    if (isSlow) log.warn(line, hasFailed ? `task works again; ${slow}` : slow)
    else if (hasFailed) log.info(line, 'task works again')
    else log[hasDone ? 'info' : 'debug'](line, 'task ran')
  }

  function start() {
    running = run()
  }

  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
