import { createHash } from 'node:crypto'
import { callbackify } from 'node:util'
import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit'
import type { RedisConnection } from '@ringback/core'
import type { FastifyInstance } from 'fastify'
import { ApiProblem } from './problems/problem.ts'

export interface RateLimitOptions {
  /** Requests that a token has in a minute. */
  perMinute: number
  /** A connection of its own, whose commands fail fast. */
  redis: RedisConnection
  keyPrefix: string
  /** Whether Redis answered lately. While it did not, nothing is counted. */
  isRedisUp: () => boolean
}

const windowMs = 60_000
const restAfterFailureMs = 5_000

/** Limits the requests of each token, over all processes. Without Redis nobody is limited: an outage is no reason to. */
export async function limitRate(scope: FastifyInstance, options: RateLimitOptions): Promise<void> {
  const { perMinute, redis, keyPrefix, isRedisUp } = options
  let restsUntil = 0

  /** One counter a token, which Redis forgets a minute after its first request. */
  async function count(tokenHash: string): Promise<{ current: number; ttl: number }> {
    const key = `${keyPrefix}:${tokenHash}`
    try {
      const replies = await redis.multi().set(key, 0, 'PX', windowMs, 'NX').incr(key).pttl(key).exec()
      const [current, ttl] = (replies ?? []).slice(1).map(([error, value]) => (error ? NaN : Number(value)))
      if (!Number.isFinite(current) || !Number.isFinite(ttl)) throw new Error('Redis did not count')
      return { current: current!, ttl: ttl! }
    } catch (error) {
      restsUntil = performance.now() + restAfterFailureMs
      throw error
    }
  }

  const countThen = callbackify(count)

  class TokenCounters implements FastifyRateLimitStore {
    incr = (tokenHash: string, done: Parameters<FastifyRateLimitStore['incr']>[1]) => countThen(tokenHash, done)
    child = () => this
  }

  await scope.register(rateLimit, {
    max: perMinute,
    timeWindow: windowMs,
    store: TokenCounters,
    skipOnError: true,
    keyGenerator: (request) => createHash('sha256').update(request.token).digest('base64url'),
    allowList: () => redis.status !== 'ready' || !isRedisUp() || performance.now() < restsUntil,
    errorResponseBuilder: (_request, { after }) => new ApiProblem('rate-limited', `Try again in ${after}`),
  })
}
