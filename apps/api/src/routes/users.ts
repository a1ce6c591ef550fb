import { deleteUser, getUser, putUser, zonesOf } from '@ringback/core'
import type { User } from '@ringback/db'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { answers, answersNothing, refusals, refusalsWithBody } from '../schemas/problem.ts'
import { putUserBody, user, userParams } from '../schemas/users.ts'

const tags = ['Users']
const access = ['service'] as const

export const userRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.put(
    '/users/:userId',
    {
      config: { access },
      schema: {
        operationId: 'putUser',
        summary: 'Write a user',
        tags,
        params: userParams,
        body: putUserBody,
        response: {
          200: answers('The user was changed', user),
          201: answers('The user is new', user),
          ...refusalsWithBody(),
        },
      },
    },
    async ({ deps, params, body }, reply) => {
      const written = await putUser(deps, { ...params, ...body })
      reply.code(written.created ? 201 : 200)
      return userAnswer(written.user)
    },
  )

  scope.get(
    '/users/:userId',
    {
      config: { access, etag: true },
      schema: {
        operationId: 'getUser',
        summary: 'Read a user',
        tags,
        params: userParams,
        response: { 200: answers('The user', user), ...refusals('user-not-found') },
      },
    },
    async ({ deps, params }) => userAnswer(await getUser(deps, params.userId)),
  )

  scope.delete(
    '/users/:userId',
    {
      config: { access },
      schema: {
        operationId: 'deleteUser',
        summary: 'Erase a user',
        description:
          'With name and phone goes all that was said of the user: reasons, notes, what other systems call it, and answers stored for an Idempotency-Key. Calls and callbacks stay without it; open callbacks are reported as errors until they are cancelled or the user is back.',
        tags,
        params: userParams,
        response: { 204: answersNothing('The user is gone'), ...refusals('user-not-found', 'user-in-call') },
      },
    },
    async ({ deps, params }, reply) => {
      await deleteUser(deps, params.userId)
      reply.code(204)
    },
  )
}

/** In the API a user is known by `userId`. */
export function userAnswer({ id, ...fields }: User) {
  const { timeZones, ...place } = zonesOf(fields)
  return { userId: id, ...fields, ...place, timeZones: place.zoneSource === 'queue' ? [] : timeZones }
}
