import type { Engine } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { checkReadiness } from '../readiness.ts'
import { alive, readiness } from '../schemas/operations.ts'
import { answers, refusalsWithoutToken } from '../schemas/problem.ts'

const tags = ['Health']

export const healthRoutes: FastifyPluginAsyncZod<{ engine: Engine }> = async (scope, { engine }) => {
  const sql = engine.openPool({ max: 2, statementTimeoutMs: 1_000, applicationName: 'ringback-health' })
  scope.addHook('onClose', () => sql.end({ timeout: 1 }))

  scope.get(
    '/healthz',
    {
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the process is alive',
        tags,
        security: [],
        response: { 200: answers('It is', alive), ...refusalsWithoutToken('internal-error') },
      },
    },
    async () => ({ status: 'alive' as const }),
  )

  scope.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether the API can do its work',
        tags,
        security: [],
        response: {
          200: answers(
            '`ready`; or `degraded`: the standby or Redis is away, a queue is paused, the lanes are being built, or ticks are late',
            readiness,
          ),
          503: answers('`unavailable`: Postgres is away', readiness),
          ...refusalsWithoutToken('internal-error'),
        },
      },
    },
    async (_request, reply) => {
      const state = await checkReadiness(engine, { sql })
      if (state.status === 'unavailable') reply.code(503)
      return state
    },
  )
}
