import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { RedisConnection } from '../redis/connection.ts'
import { laneKeys } from './keys.ts'
import { withLaneScripts, type LaneRedis } from './scripts.ts'

/** Where the lanes are, for the parts of the reconciler. */
export interface LanePlace {
  redis: LaneRedis
  prefix: string
  keys: ReturnType<typeof laneKeys>
  clock: Clock
  log: Logger
  /** With what the scripts on `places.lua` begin: its keys, those that one script has besides, and the time. */
  keysForNow: (...others: string[]) => (string | number)[]
}

export function lanePlace(connection: RedisConnection, prefix: string, clock: Clock, log: Logger): LanePlace {
  const keys = laneKeys(prefix)
  const { records, ended, claims, names, epoch, nowhere, lanesPrefix } = keys
  return {
    redis: withLaneScripts(connection),
    prefix,
    keys,
    clock,
    log,
    keysForNow: (...others) => [
      records,
      ended,
      claims,
      names,
      epoch,
      nowhere,
      ...others,
      lanesPrefix,
      clock.now().getTime(),
    ],
  }
}
