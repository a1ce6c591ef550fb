import { deleteUser, e164Of, getUser, listUsers, putUser, zonesOf, type Deps, type Reads } from '@ringback/core'
import type { User } from '@ringback/db'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ApiProblem } from '../problems/problem.ts'
import { readList } from '../read-list.ts'
import { answers, answersNothing, refusals, refusalsWithBody } from '../schemas/problem.ts'
import { userWithStory } from '../schemas/user-with-story.ts'
import { putUserBody, user, userPage, userParams, usersQuery } from '../schemas/users.ts'

const tags = ['Users']
const access = ['service'] as const

export const userRoutes: FastifyPluginAsyncZod<{ reads: Reads }> = async (scope, { reads }) => {
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
          ...refusalsWithBody('external-id-taken'),
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
    '/users',
    {
      config: { access },
      schema: {
        operationId: 'listUsers',
        summary: 'Users by id, page by page',
        description: 'All of them, or those to whom everything applies that is asked for.',
        tags,
        querystring: usersQuery,
        response: { 200: answers('A page', userPage), ...refusals() },
      },
    },
    async (request) => {
      const { phone, userIds, cursor, limit, ...filter } = request.query
      const phoneE164 = phone === undefined ? undefined : numberOf(request.deps, phone)
      const { items, next } = await readList(reads, request, (deps) =>
        listUsers(deps, { filter: { ...filter, ids: userIds, phoneE164 }, after: cursor, limit }),
      )
      return { items: items.map(userAnswer), nextCursor: next }
    },
  )

  scope.get(
    '/users/:userId',
    {
      config: { access, etag: true },
      schema: {
        operationId: 'getUser',
        summary: 'A user, what it has been promised, and its last calls',
        tags,
        params: userParams,
        response: { 200: answers('The user', userWithStory), ...refusals('user-not-found') },
      },
    },
    async ({ deps, params }) => {
      const { user: row, ...story } = await getUser(deps, params.userId)
      return { ...userAnswer(row), ...story }
    },
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

/** @throws ApiProblem `invalid-request` */
function numberOf({ rules: { defaultCountry } }: Deps, phone: string): string {
  const number = e164Of(phone, defaultCountry)
  if (number !== null) return number
  const message =
    defaultCountry === undefined
      ? 'must be a number that there can be, with its country code (+…)'
      : `must be a number that there can be, with its country code (+…) or of ${defaultCountry}`
  const errors = [{ path: 'querystring.phone', message }]
  throw new ApiProblem('invalid-request', 'The querystring of the request is not valid', { errors })
}

/** The same with its user as the API shows it. */
export function withUserAnswer<Of extends { user: User | null }>({ user: row, ...of }: Of) {
  return { ...of, user: row && userAnswer(row) }
}

/** In the API a user is known by `userId`. */
export function userAnswer({ id, ...fields }: User) {
  const { timeZones, ...place } = zonesOf(fields)
  return { userId: id, ...fields, ...place, timeZones: place.zoneSource === 'queue' ? [] : timeZones }
}
