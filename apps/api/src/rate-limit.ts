import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { RedisConnection } from '@ringback/core'
import type { Role } from '@ringback/db'
import type { FastifyInstance } from 'fastify'
import { ApiProblem } from './problems/problem.ts'

export interface RateLimitOptions {
  /** Requests that a bearer has in a minute, whatever tokens they carry, by its role; 0 for any number. */
  perMinute: Record<Role, number>
  /** A connection of its own, whose commands fail fast. */
  redis: RedisConnection
  keyPrefix: string
  /** Whether Redis answered lately. While it did not, nothing is counted. */
  isRedisUp: () => boolean
}

/** Limits the requests of each bearer, over all processes. Without Redis nobody is limited: an outage is no reason to. */
export async function limitRate(scope: FastifyInstance, options: RateLimitOptions): Promise<void> {
  const { perMinute, redis, keyPrefix, isRedisUp } = options
  await scope.register(rateLimit, {
    max: ({ principal }) => perMinute[principal.role],
    timeWindow: '1 minute',
    redis,
    nameSpace: `${keyPrefix}:`,
    skipOnError: true,
    keyGenerator: (request) => createHash('sha256').update(request.principal.subject).digest('base64url'),
    allowList: ({ principal }) => perMinute[principal.role] === 0 || redis.status !== 'ready' || !isRedisUp(),
    errorResponseBuilder: (_request, { after }) => new ApiProblem('rate-limited', `Try again in ${after}`),
  })
}
