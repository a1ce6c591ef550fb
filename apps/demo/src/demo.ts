import type { Logger } from 'pino'
import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { businessDay } from './day.ts'
import type { Random } from './random.ts'
import { isUnavailable, type Ringback } from './ringback.ts'
import { seed, type SeedDeps } from './seed.ts'
import { simulate } from './simulation.ts'

/** Enough for a few hours, and few enough to be seeded within a minute's rate limit. */
const TARGETS = { callbacks: 160, queued: 40 } as const
const READY_POLL_MS = 500

export interface DemoDeps {
  ringback: Ringback
  clock: Clock
  random: Random
  signal: AbortSignal
  log: Logger
}

/**
 * The whole demo: waits for the API, fills it, and simulates a day of a contact centre, day after day, until the signal
 * aborts; then it resolves.
 *
 * @throws SeedRefused when the API refuses the demo's data, as with a token that may not write it
 */
export async function runDemo(deps: DemoDeps): Promise<void> {
  const { clock, random, signal } = deps
  try {
    await waitUntilReady(deps)
    const day = businessDay({ startedAt: clock.now() })
    await seedUntilDone({ ...deps, day, random: random.fork('seed') })
    await simulate({ ...deps, day, random: random.fork('simulation'), queueTarget: TARGETS.queued })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function waitUntilReady({ ringback, clock, log }: DemoDeps): Promise<void> {
  log.info('waiting for the API')
  while (!(await ringback.isReady())) await clock.sleep(READY_POLL_MS)
}

/** Seeding completes what an earlier attempt left, so an API that goes away meanwhile costs only time. */
async function seedUntilDone(deps: SeedDeps): Promise<void> {
  for (let failures = 1; ; failures += 1) {
    try {
      await seed(deps, TARGETS)
      return
    } catch (error) {
      if (!isUnavailable(error)) throw error
      deps.log.warn({ reason: error.message }, 'seeding interrupted')
      await deps.clock.sleep(backoffMs(failures, deps.random))
    }
  }
}
