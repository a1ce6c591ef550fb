import type { Logger } from 'pino'

export interface Repeating {
  /** Stops after the run at work, if any. */
  stop(): Promise<void>
}

/**
 * Does `work` again and again, `everyMs` after it last ended, with some jitter so that processes do not march in step.
 * Of failures in a row the first is logged, and the recovery.
 */
export function repeat(
  name: string,
  { everyMs, firstAfterMs = 0 }: { everyMs: number; firstAfterMs?: number },
  work: () => Promise<unknown>,
  log: Logger,
): Repeating {
  let timer = setTimeout(start, firstAfterMs)
  let running: Promise<void> = Promise.resolve()
  let isStopped = false
  let hasFailed = false

  async function run() {
    try {
      await work()
      if (hasFailed) log.info({ task: name }, 'task works again')
      hasFailed = false
    } catch (error) {
      if (!hasFailed) log.warn({ task: name, err: error }, 'task failed; trying again')
      hasFailed = true
    }
    if (!isStopped) timer = setTimeout(start, everyMs * (0.9 + Math.random() / 5))
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
