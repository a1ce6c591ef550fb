import { hearOfCall } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { answers, refusalsOfPost } from '../schemas/problem.ts'
import { heardOfCall, telephonyEventBody } from '../schemas/telephony.ts'

export const telephonyRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.post(
    '/telephony/events',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'hearOfCall',
        summary: 'Tell what telephony says of a call',
        description:
          'Events may come twice and in any order. Whoever reaches nobody in the call of a claim need not say so: the status becomes the outcome, unless somebody has recorded one. An inbound call of a number that exactly one user has opens a call session, and its end ends that. What is ignored is answered with 200, `applied` false and the reason.',
        tags: ['Telephony'],
        body: telephonyEventBody,
        response: {
          200: answers('The event was heard', heardOfCall),
          ...refusalsOfPost('unknown-call-session', 'call-session-exists', 'call-in-the-future'),
        },
      },
    },
    async ({ deps, body }) => {
      const { callSession, ignoredBecause: reason } = await hearOfCall(deps, body)
      return { callSession, applied: reason === null, reason }
    },
  )
}
