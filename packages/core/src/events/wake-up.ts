import type { RedisConnection } from '../redis/connection.ts'

/** Where readers of the log are told that there is something to read. */
export const wakeUpChannel = (prefix: string) => `${prefix}:events`

/** Of changes in quick succession the readers hear the first at once, and of the others together. */
const quietForMs = 20

/**
 * Tells readers of the log, wherever they are, that something was committed. It only makes them read sooner: who does not
 * hear it reads within the second.
 *
 * @param redis an impatient connection
 */
export function wakeUpReaders(redis: RedisConnection, prefix: string): () => void {
  const channel = wakeUpChannel(prefix)
  let isQuiet = false
  let isToldAgain = false

  function tell() {
    isQuiet = true
    isToldAgain = false
    // Away, or about to be: the readers look by themselves.
    if (redis.status === 'ready') redis.publish(channel, '').catch(() => {})
    setTimeout(() => {
      isQuiet = false
      if (isToldAgain) tell()
    }, quietForMs).unref()
  }

  return () => {
    if (isQuiet) isToldAgain = true
    else tell()
  }
}
