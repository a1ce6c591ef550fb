import { setTimeout as delay } from 'node:timers/promises'

/** Where the demo learns the time and how it waits; nothing else reads the machine's clock or sets a timer. */
export interface Clock {
  now(): Date
  /** Waits `ms` real milliseconds. Rejects as soon as the demo is stopped. */
  sleep(ms: number): Promise<void>
  /** Lets `seconds` of simulated work pass: a talk, a break, a customer's hesitation. Rejects like `sleep`. */
  pause(seconds: number): Promise<void>
}

/**
 * The machine's clock.
 *
 * @param options.speed how many simulated seconds pass in a real one, for `pause` alone: promises are kept in real time
 * @param options.signal ends every wait when it aborts
 */
export function systemClock({ speed, signal }: { speed: number; signal: AbortSignal }): Clock {
  const sleep = (ms: number) => delay(ms, undefined, { signal })
  return {
    now: () => new Date(),
    sleep,
    pause: (seconds) => sleep((seconds * 1000) / speed),
  }
}
