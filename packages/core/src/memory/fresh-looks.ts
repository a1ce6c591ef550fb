import { setTimeout as delay } from 'node:timers/promises'

/**
 * Returns a function that gives what `compute` finds when it begins after somebody has asked: never what was found before.
 * It begins no more often than every `ms`, and never beside itself: whoever asks meanwhile waits for the next time, together
 * with all others who do.
 */
export function freshLooks<T>(ms: number, compute: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | undefined
  let mayBegin: Promise<unknown> = Promise.resolve()

  async function begin(): Promise<T> {
    await mayBegin
    next = undefined // Whoever asks from here on may have seen what this look comes too early for.
    const look = compute()
    mayBegin = Promise.allSettled([look, delay(ms, undefined, { ref: false })])
    return look
  }

  return () => (next ??= begin())
}
