import { blockSubject, listBlocks, unblockSubject } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { blockPage, blockParams, blocksQuery, newBlock, putBlockBody } from '../schemas/do-not-call.ts'
import { answers, answersNothing, refusals, refusalsWithBody } from '../schemas/problem.ts'

const tags = ['Do not call']
const access = ['service'] as const

export const doNotCallRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.put(
    '/do-not-call/:subject',
    {
      config: { access },
      schema: {
        operationId: 'putOnDoNotCall',
        summary: 'Put a user or a number on the do-not-call list',
        description:
          'The open callbacks of all whom it means are cancelled, and they leave their queues. A call at work is left to its agent. From then on they are promised no call and put into no queue.',
        tags,
        params: blockParams,
        body: putBlockBody,
        response: { 200: answers('It is on the list', newBlock), ...refusalsWithBody('block-over') },
      },
    },
    async ({ deps, params, body }) => blockSubject(deps, { ...params, ...body }),
  )

  scope.delete(
    '/do-not-call/:subject',
    {
      config: { access },
      schema: {
        operationId: 'removeFromDoNotCall',
        summary: 'Take a user or a number off the do-not-call list',
        description: 'What was cancelled for it stays so.',
        tags,
        params: blockParams,
        response: { 204: answersNothing('It is not on the list'), ...refusals() },
      },
    },
    async ({ deps, params }, reply) => {
      await unblockSubject(deps, params.subject)
      reply.code(204)
    },
  )

  scope.get(
    '/do-not-call',
    {
      config: { access },
      schema: {
        operationId: 'listDoNotCall',
        summary: 'The do-not-call list, page by page',
        tags,
        querystring: blocksQuery,
        response: { 200: answers('A page of the list', blockPage), ...refusals() },
      },
    },
    async ({ deps, query: { subject, limit, cursor } }) => {
      const { items, next } = await listBlocks(deps, { subject, limit, after: cursor })
      return { items, nextCursor: next }
    },
  )
}
