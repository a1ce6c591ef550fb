import {
  deleteQueue,
  listQueue,
  listQueues,
  putQueue,
  putQueueUser,
  releaseClaim,
  removeQueueUser,
} from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { answers, answersNothing, refusals, refusalsOfPost, refusalsWithBody } from '../schemas/problem.ts'
import {
  namedQueue,
  putQueueBody,
  putQueueUserBody,
  queue,
  queueEntry,
  queueEntryParams,
  queueList,
  queueParams,
  queueQuery,
  queueUserParams,
} from '../schemas/queue-entries.ts'

const tags = ['Queues']

export const queueRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.get(
    '/queues',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'listQueues',
        summary: 'The queues that there are, and how they stand',
        tags,
        response: { 200: answers('Every queue', queueList), ...refusals() },
      },
    },
    async ({ deps }) => ({ now: deps.clock.now(), queues: await listQueues(deps) }),
  )

  scope.put(
    '/queues/:queueType',
    {
      config: { access: [] },
      schema: {
        operationId: 'putQueue',
        summary: 'Make a queue, or give it another name',
        description: 'Agents who serve all queues are given calls from it five seconds later at the latest.',
        tags,
        params: queueParams,
        body: putQueueBody,
        response: {
          200: answers('The queue has this name', namedQueue),
          201: answers('The queue is new', namedQueue),
          ...refusalsWithBody(),
        },
      },
    },
    async ({ deps, params, body }, reply) => {
      const { queue: written, created } = await putQueue(deps, { ...params, ...body })
      reply.code(created ? 201 : 200)
      return written
    },
  )

  scope.delete(
    '/queues/:queueType',
    {
      config: { access: [] },
      schema: {
        operationId: 'deleteQueue',
        summary: 'Delete a queue that is not needed any more',
        description:
          'It has no live entries and no open callbacks, nobody has an ordinary place in it, and it is not the default. Agents serve it no more; what has ended keeps its name.',
        tags,
        params: queueParams,
        response: {
          204: answersNothing('The queue is gone'),
          ...refusals('queue-not-found', 'queue-in-use'),
        },
      },
    },
    async ({ deps, params }, reply) => {
      await deleteQueue(deps, params.queueType)
      reply.code(204)
    },
  )

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
          ...refusalsWithBody('user-not-found', 'unknown-queue', 'do-not-call'),
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
        response: { 200: answers('The first waiting entries', queue), ...refusals('queue-not-found') },
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
