import { getCallingWindow } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { callingWindow, callingWindowQuery } from '../schemas/calling-window.ts'
import { answers, refusals } from '../schemas/problem.ts'

export const callingWindowRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.get(
    '/calling-window',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'getCallingWindow',
        summary: 'When a user may be called for a queue',
        description:
          'By the opening hours and quiet hours of the policy of the queue, as a new promise is held to them. An agent asks about users whom it may promise a call.',
        tags: ['Calendars'],
        querystring: callingWindowQuery,
        response: {
          200: answers('The first stretch at or after that time', callingWindow),
          ...refusals('unknown-queue', 'unknown-user', 'user-unknown-to-agent'),
        },
      },
    },
    async ({ deps, principal, query }) => getCallingWindow(deps, { ...query, askedBy: principal.agentId }),
  )
}
