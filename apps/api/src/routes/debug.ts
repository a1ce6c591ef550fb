import { auditLanes, listFindings, listQueues, monitor, type Engine } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { laneAudit, monitoring, monitoringQuery, rowAudit } from '../schemas/operations.ts'
import { answers, refusals } from '../schemas/problem.ts'

const tags = ['Operations']
const access = ['service'] as const
const findingsShown = 200

export const debugRoutes: FastifyPluginAsyncZod<{ engine: Engine }> = async (
  scope,
  { engine: { deps, reads, redis, redisPrefix } },
) => {
  scope.get(
    '/debug/callback-monitoring',
    {
      config: { access },
      schema: {
        operationId: 'getMonitoring',
        summary: 'Whether promises are kept',
        tags,
        querystring: monitoringQuery,
        response: {
          200: answers('The figures of the window, and the alerts that follow from them', monitoring),
          ...refusals(),
        },
      },
    },
    async ({ query }) => reads.run((from) => monitor(from, query)),
  )

  scope.get(
    '/debug/callback-lanes',
    {
      config: { access },
      schema: {
        operationId: 'auditLanes',
        summary: 'Compare the lanes in Redis with Postgres',
        description: 'While Redis is away or fails its counts are null, and nothing is in sync.',
        tags,
        response: { 200: answers('Entry by entry', laneAudit), ...refusals() },
      },
    },
    async () => {
      const lanes = (await auditWithRedis()) ?? (await countWithoutRedis())
      return { inSync: lanes.every((lane) => lane.inSync), queueTypes: lanes }
    },
  )

  scope.get(
    '/debug/callback-rows',
    {
      config: { access },
      schema: {
        operationId: 'auditRows',
        summary: 'What Postgres held that must not be',
        description: 'What a standing audit and the claims found in the last 30 days, what still stands first.',
        tags,
        response: { 200: answers('The last 200 findings', rowAudit), ...refusals() },
      },
    },
    async () => ({ findings: await listFindings(deps, { limit: findingsShown }) }),
  )

  /** Undefined while Redis is away, or fails. Where it was Postgres that failed, counting without Redis does so as well. */
  async function auditWithRedis() {
    if (!deps.lanes.isUp()) return undefined
    try {
      return await auditLanes(deps.sql, redis, redisPrefix)
    } catch (error) {
      deps.log.error({ err: error }, 'lanes could not be read')
      return undefined
    }
  }

  async function countWithoutRedis() {
    return (await listQueues(deps)).map(({ queueType, waiting }) => ({
      queueType,
      postgres: waiting,
      redis: null,
      missing: null,
      stale: null,
      inSync: false,
    }))
  }
}
