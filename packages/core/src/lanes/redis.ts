import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis, type RedisOptions } from 'ioredis'
import type { Logger } from 'pino'

const script = (name: string) => readFileSync(join(import.meta.dirname, 'lua', `${name}.lua`), 'utf8')

/** What the scripts of the lanes look like from here; their files say what goes in and out. */
export interface LaneScripts {
  applyEntries(records: string, ended: string, claims: string, ...args: (string | number)[]): Promise<number>
  proposeEntry(keyCount: number, ...keysAndArgs: (string | number)[]): Promise<[answer: string, id?: string]>
  setPulse(pulse: string, building: string, token: string, newPulse: number): Promise<0 | 1>
}

export type LaneRedis = Redis & LaneScripts

/** Options of a connection whose commands fail within a second when Redis is away, rather than wait for it. */
export const impatient = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  commandTimeout: 1_000,
  connectTimeout: 2_000,
} satisfies RedisOptions

/** Options of a worker's connection, which waits for Redis as long as it takes. */
export const patient = {
  maxRetriesPerRequest: null,
  connectTimeout: 2_000,
} satisfies RedisOptions

/** Opens a connection. Errors are logged when they change, not once a retry. */
export function connectRedis(url: string, options: typeof impatient | typeof patient, log: Logger): Redis {
  const redis = new Redis(url, {
    ...options,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000) * (0.5 + Math.random() / 2),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  let lastMessage: string | undefined
  redis.on('error', (error: Error) => {
    if (error.message !== lastMessage) log.warn({ reason: error.message }, 'redis connection failed')
    lastMessage = error.message
  })
  redis.on('ready', () => {
    if (lastMessage) log.info('redis connection is back')
    lastMessage = undefined
  })
  return redis
}

/** Teaches a connection the scripts of the lanes. */
export function withLaneScripts(redis: Redis): LaneRedis {
  redis.defineCommand('applyEntries', { numberOfKeys: 3, lua: script('apply') })
  redis.defineCommand('proposeEntry', { lua: script('propose') })
  redis.defineCommand('setPulse', { numberOfKeys: 2, lua: script('set-pulse') })
  return redis as LaneRedis
}
