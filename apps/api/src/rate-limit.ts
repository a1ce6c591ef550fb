import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import { impatient, type Engine } from '@ringback/core'
import type { FastifyInstance } from 'fastify'
import { requestsPerMinuteOf, type ApiConfig } from './config.ts'
import { ApiProblem } from './problems/problem.ts'

export interface RateLimitOptions {
  engine: Engine
  /** Says how many requests a bearer has in a minute, whatever tokens they carry, by its role; 0 for any number. */
  config: ApiConfig
  /** When it is known who asks. */
  hook: 'onRequest' | 'preHandler'
}

/** Short: counting requests must not hold them up. */
const redisTimeoutMs = 250

/**
 * Limits the requests of each bearer, over all processes, by a connection of its own whose commands fail fast. Without
 * Redis nobody is limited: an outage is no reason to.
 */
export async function limitRate(scope: FastifyInstance, { engine, config, hook }: RateLimitOptions): Promise<void> {
  const perMinute = requestsPerMinuteOf(config)
  if (Object.values(perMinute).every((limit) => limit === 0)) return
  const redis = engine.openRedis({ ...impatient, commandTimeout: redisTimeoutMs })
  scope.addHook('onClose', async () => redis.disconnect())
  await scope.register(rateLimit, {
    hook,
    max: ({ principal }) => perMinute[principal.role],
    timeWindow: '1 minute',
    redis,
    nameSpace: `${config.REDIS_PREFIX}:rate-limit:`,
    skipOnError: true,
    keyGenerator: (request) => createHash('sha256').update(request.principal.subject).digest('base64url'),
    allowList: ({ principal }) =>
      perMinute[principal.role] === 0 || redis.status !== 'ready' || !engine.deps.lanes.isUp(),
    errorResponseBuilder: (_request, { after }) => new ApiProblem('rate-limited', `Try again in ${after}`),
  })
}
