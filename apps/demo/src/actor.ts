import type { Logger } from 'pino'
import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'
import { isUnavailable } from './ringback.ts'

export interface ActorDeps {
  clock: Clock
  random: Random
  signal: AbortSignal
  log: Logger
}

/**
 * Runs `step` again and again until the signal aborts, and then resolves. A step that fails is logged and followed by a
 * growing wait: one actor's trouble never ends it, nor the others.
 */
export async function runActor(deps: ActorDeps, step: () => Promise<void>): Promise<void> {
  const { clock, random, signal, log } = deps
  let failures = 0
  try {
    while (!signal.aborted) {
      const error = await failureOf(step)
      if (error === null) {
        failures = 0
        continue
      }
      signal.throwIfAborted()
      failures += 1
      logFailure(log, error)
      await clock.sleep(backoffMs(failures, random))
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function failureOf(step: () => Promise<void>): Promise<{ cause: unknown } | null> {
  try {
    await step()
    return null
  } catch (cause) {
    return { cause }
  }
}

function logFailure(log: Logger, { cause }: { cause: unknown }): void {
  // The client has warned of the outage already.
  if (isUnavailable(cause)) log.debug({ reason: cause.message }, 'giving up for now')
  else log.error({ err: cause }, 'step failed')
}
