import { listQueue, putQueueUser, releaseClaim, removeQueueUser } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { answers, answersNothing, refusals, refusalsOfPost, refusalsWithBody } from '../schemas/problem.ts'
import {
  putQueueUserBody,
  queue,
  queueEntry,
  queueEntryParams,
  queueParams,
  queueQuery,
  queueUserParams,
} from '../schemas/queue-entries.ts'

const tags = ['Queues']

export const queueRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.put(
    '/queues/:queueType/users/:userId',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'putQueueUser',
        summary: 'Put a user into a queue',
        description:
          'While a callback of the user is in a queue, that entry stands, and the ordinary one follows later.',
        tags,
        params: queueUserParams,
        body: putQueueUserBody,
        response: {
          200: answers('The live entry of the user', queueEntry),
          ...refusalsWithBody('user-not-found', 'do-not-call'),
        },
      },
    },
    async ({ deps, params, body }) => putQueueUser(deps, { ...params, ...body }),
  )

  scope.delete(
    '/queues/:queueType/users/:userId',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'removeQueueUser',
        summary: 'Take a user out of a queue',
        description: 'A callback of the user, or a call at work, is left alone.',
        tags,
        params: queueUserParams,
        response: { 204: answersNothing('The user has no ordinary place in this queue'), ...refusals() },
      },
    },
    async ({ deps, params }, reply) => {
      await removeQueueUser(deps, params)
      reply.code(204)
    },
  )

  scope.get(
    '/queues/:queueType',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'listQueue',
        summary: 'Who waits in a queue, in order',
        tags,
        params: queueParams,
        querystring: queueQuery,
        response: { 200: answers('The first waiting entries', queue), ...refusals() },
      },
    },
    async ({ deps, params, query }) => listQueue(deps, { ...params, ...query }),
  )

  scope.post(
    '/queue-entries/:id/release',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'releaseQueueEntry',
        summary: 'Give a claimed call back',
        description: 'It returns to its queue at its old priority, and the agent is available again.',
        tags,
        params: queueEntryParams,
        body: z.strictObject({}).nullish(),
        response: {
          200: answers('The entry waits again', z.object({ queueEntry }).meta({ id: 'ReleasedQueueEntry' })),
          ...refusalsOfPost('queue-entry-not-found', 'entry-not-claimed', 'not-your-call'),
        },
      },
    },
    async ({ deps, principal, params }) => ({
      queueEntry: await releaseClaim(deps, { queueEntryId: params.id, agentId: principal.agentId }),
    }),
  )
}
