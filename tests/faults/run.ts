import { randomFrom } from '@ringback/testing/random'
import type { Fault } from './fault.ts'
import { judge, type Verdict } from './invariants.ts'
import type { Load } from './load.ts'
import { recover, type Recovery } from './recovery.ts'
import type { World } from './world/world.ts'

/** What one run of a fault came to. */
export interface RunResult extends Verdict, Recovery {
  /** The slowest answer that the API gave from the beginning of the fault to the end of recovery, in milliseconds. */
  slowestAnswerMs: number
}

export interface RunOptions {
  seed: number
  lastsMs?: number | undefined
  size: 'short' | 'full'
}

const shortestOutageMs = 500
const outageSpreadMs = 3_000

/** Breaks a world at work, lets it recover, and judges. `promised` counts what was promised in this run. */
export async function runFault(fault: Fault, world: World, load: Load, options: RunOptions): Promise<RunResult> {
  const random = randomFrom(options.seed)
  const lastsMs = options.lastsMs ?? shortestOutageMs + random.below(outageSpreadMs)
  const promisedBefore = load.books.promised.size
  await load.untilMoreOutcomes(3)
  load.timing.reset()
  await fault.inject(world, { random, load, lastsMs, size: options.size })
  const recovery = await recover(world)
  const untold = await load.listeners.untilAllIsTold()
  const verdict = await judge(world, load)
  return {
    ...verdict,
    broken: [...verdict.broken, ...untold],
    promised: verdict.promised - promisedBefore,
    ...recovery,
    slowestAnswerMs: load.timing.slowestAnswerMs,
  }
}
