import { setTimeout as pause } from 'node:timers/promises'
import { describeExit, type Exit, type Service } from './service.ts'

/** Something that runs, and may end. */
export type Life = Pick<Service, 'pid' | 'exited' | 'stop'>

/**
 * - `start`: begins a life; what it throws counts as a death.
 * - `first`: the life that has begun already, when there is one.
 * - `notice`: is told of each death, in a line. `onLife` gets the process of each life, and undefined when it ended.
 */
export type KeepAliveOptions<T extends Life> = {
  name: string
  start: () => T | Promise<T>
  first?: T
  notice: (text: string) => void
  onLife?: ((pid: number | undefined) => void) | undefined
}

/** What is started again whenever it dies. */
export type KeptAlive<T extends Life> = {
  /** The end of the first life, should it not have been told to end. */
  firstDeath: Promise<{ life: T; exit: Exit }>
  /** Ends it for good. */
  stop: () => Promise<void>
}

const firstPauseMs = 500
const longestPauseMs = 30_000
const stableAfterMs = 60_000

/**
 * Keeps something running until `stop`. When it dies it is started again, each time after twice as long a pause, until it
 * has run for a minute.
 */
export function keepAlive<T extends Life>(options: KeepAliveOptions<T>): KeptAlive<T> {
  const { name, start, first, notice, onLife = () => {} } = options
  const stopping = new AbortController()
  const firstDeath = Promise.withResolvers<{ life: T; exit: Exit }>()
  let current: T | undefined

  /** Lives once. Resolves with the reason of its death, undefined when it was told to end. */
  const liveOnce = async (begin: () => T | Promise<T>): Promise<string | undefined> => {
    try {
      const life = await begin()
      current = life
      if (stopping.signal.aborted) await life.stop()
      else onLife(life.pid)
      const exit = await life.exited
      onLife(undefined)
      if (stopping.signal.aborted) return undefined
      firstDeath.resolve({ life, exit })
      return `${name} ended (${describeExit(exit)})`
    } catch (error) {
      return stopping.signal.aborted ? undefined : `${name} does not start: ${firstLine(error)}`
    }
  }

  const live = async (): Promise<void> => {
    let begin: () => T | Promise<T> = () => first ?? start()
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const startedAt = performance.now()
      const reason = await liveOnce(begin)
      if (reason === undefined) return
      if (performance.now() - startedAt > stableAfterMs) pauseMs = firstPauseMs
      notice(`${reason}; starting it again in ${pauseMs / 1000} s`)
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      begin = start
    }
  }

  const lived = live()
  const stop = async (): Promise<void> => {
    stopping.abort()
    await current?.stop()
    await lived
  }
  return { firstDeath: firstDeath.promise, stop }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? ''
}
