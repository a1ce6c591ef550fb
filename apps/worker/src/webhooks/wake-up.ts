import { patient, wakeUpChannel, type Engine } from '@ringback/core'

/** Calls `wake` whenever something was committed anywhere. What is not heard while Redis is away is found by looking. */
export function onWakeUp({ openRedis, redisPrefix, deps }: Engine, wake: () => void): { close(): void } {
  const redis = openRedis(patient)
  redis.on('message', wake)
  redis.subscribe(wakeUpChannel(redisPrefix)).catch((error: Error) => {
    deps.log.debug({ reason: error.message }, 'wake-ups are not heard')
  })
  return { close: () => redis.disconnect() }
}
