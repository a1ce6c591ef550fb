import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { callbackify } from 'node:util'
import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit'
import type { RedisConnection } from '@ringback/core'
import type { FastifyInstance } from 'fastify'
import { ApiProblem } from './problems/problem.ts'

export interface RateLimitOptions {
  /** Requests that a bearer has in a minute, whatever tokens they carry. */
  perMinute: number
  /** A connection of its own, whose commands fail fast. */
  redis: RedisConnection
  keyPrefix: string
  /** Whether Redis answered lately. While it did not, nothing is counted. */
  isRedisUp: () => boolean
}

const windowMs = 60_000
const restAfterFailureMs = 5_000
const countRequest = readFileSync(join(import.meta.dirname, 'lua/count-request.lua'), 'utf8')

/** Limits the requests of each bearer, over all processes. Without Redis nobody is limited: an outage is no reason to. */
export async function limitRate(scope: FastifyInstance, options: RateLimitOptions): Promise<void> {
  const { perMinute, redis, keyPrefix, isRedisUp } = options
  let restsUntil = 0

  redis.defineCommand('countRequest', { numberOfKeys: 1, lua: countRequest })
  const counters = redis as RedisConnection & { countRequest(key: string, windowMs: number): Promise<[number, number]> }

  async function count(subjectHash: string): Promise<{ current: number; ttl: number }> {
    try {
      const [current, ttl] = await counters.countRequest(`${keyPrefix}:${subjectHash}`, windowMs)
      return { current, ttl }
    } catch (error) {
      restsUntil = performance.now() + restAfterFailureMs
      throw error
    }
  }

  const countThen = callbackify(count)

  class SubjectCounters implements FastifyRateLimitStore {
    incr = (subjectHash: string, done: Parameters<FastifyRateLimitStore['incr']>[1]) => countThen(subjectHash, done)
    child = () => this
  }

  await scope.register(rateLimit, {
    max: perMinute,
    timeWindow: windowMs,
    store: SubjectCounters,
    skipOnError: true,
    keyGenerator: (request) => createHash('sha256').update(request.principal.subject).digest('base64url'),
    allowList: () => redis.status !== 'ready' || !isRedisUp() || performance.now() < restsUntil,
    errorResponseBuilder: (_request, { after }) => new ApiProblem('rate-limited', `Try again in ${after}`),
  })
}
