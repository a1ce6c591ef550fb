import {
  acceptCallback,
  cancelCallback,
  getCallback,
  listCallbacks,
  reassignCallback,
  rescheduleCallback,
  scheduleUnlessPromised,
  snoozeCallback,
  updateCallback,
  type Reads,
} from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { requireSelf } from '../auth/principal.ts'
import { idempotencyKeyOf } from '../idempotency.ts'
import { readList } from '../read-list.ts'
import {
  acceptBody,
  acceptedCallback,
  callbackPage,
  callbackParams,
  callbackQuery,
  callbacksQuery,
  callbackWithStory,
  cancelBody,
  changedCallback,
  reassignBody,
  rescheduleBody,
  rescheduledCallback,
  scheduleBody,
  scheduledCallback,
  snoozeBody,
  snoozedCallback,
  sortOf,
  updateBody,
} from '../schemas/callbacks.ts'
import { answers, refusals, refusalsOfPost, refusalsWithBody } from '../schemas/problem.ts'
import { noteReading } from '../user-readings.ts'
import { userAnswer, withUserAnswer } from './users.ts'

type Listed = Awaited<ReturnType<typeof listCallbacks>>['items'][number]

const tags = ['Callbacks']
const onlyOwn = 'For an agent only its own (preferred, assigned, or at work) and nobody’s are there.'

export const callbackRoutes: FastifyPluginAsyncZod<{ reads: Reads }> = async (scope, { reads }) => {
  scope.post(
    '/callbacks',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'scheduleCallback',
        summary: 'Promise to call a user',
        description:
          'A time in the past is due at once. A user who has an open promise within five minutes of that time is not promised a second one, unless the request says `allowDuplicate`, or comes with an `externalId` or an `Idempotency-Key`; for an agent another one’s promises are not there. An agent promises only to users with whom it has had a call or a promise, or whom it has been handed (`AGENTS_SCHEDULE_FOR`), and for no time that has been over for five minutes.',
        tags,
        body: scheduleBody,
        response: {
          200: answers('Nothing is made: the user has been promised that call before', scheduledCallback),
          201: answers('The promise stands', scheduledCallback),
          ...refusalsOfPost(
            'unknown-user',
            'unknown-agent',
            'unknown-queue',
            'unknown-call-session',
            'owner-not-named',
            'user-unknown-to-agent',
            'callback-in-the-past',
            'too-many-open-callbacks',
            'do-not-call',
            'external-id-taken',
            'outside-calling-hours',
            'never-allowed',
            'too-many-callbacks-created',
          ),
        },
      },
    },
    async (request, reply) => {
      const { deps, principal } = request
      const { body } = request
      // Under a key the same request is known by it, and another one is meant.
      const allowDuplicate = body.allowDuplicate === true || idempotencyKeyOf(request) !== undefined
      const promise = { ...body, allowDuplicate, askedBy: principal.agentId }
      const { callback, isNew } = await scheduleUnlessPromised(deps, promise)
      reply.code(isNew ? 201 : 200)
      return { ...callback, duplicateOf: isNew ? null : callback.id }
    },
  )

  scope.get(
    '/callbacks',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'listCallbacks',
        summary: 'Callbacks by time, page by page',
        description: 'An agent sees its own: preferred, assigned, or at work.',
        tags,
        querystring: callbacksQuery,
        response: { 200: answers('A page', callbackPage), ...refusals() },
      },
    },
    async (request) => {
      const { principal, log } = request
      const { limit, cursor, sort, order, status, with: beside, ...filter } = request.query
      requireSelf(principal, filter.agentId)
      const agentId = principal.agentId ?? filter.agentId
      const { items, next } = await readList(reads, request, (deps) =>
        listCallbacks(deps, {
          filter: { ...filter, statuses: status, agentId },
          sort: sortOf({ sort, updatedSince: filter.updatedSince }),
          order,
          beside,
          askedBy: principal.agentId,
          after: cursor,
          limit,
        }),
      )
      for (const { id, user } of items) if (user) noteReading({ principal, log }, user.id, { callbackId: id })
      return { items: items.map(listedAnswer), nextCursor: next }
    },
  )

  scope.get(
    '/callbacks/:id',
    {
      config: { access: ['agent', 'service'], etag: true },
      schema: {
        operationId: 'getCallback',
        summary: 'A callback, where it stands, and what happened to it',
        description: `${onlyOwn} Its history comes by pages, the last one first; what is on a page is oldest first.`,
        tags,
        params: callbackParams,
        querystring: callbackQuery,
        response: { 200: answers('The callback', callbackWithStory), ...refusals('callback-not-found') },
      },
    },
    async ({ deps, principal, log, params, query: { limit, cursor } }) => {
      const asked = { before: cursor, limit, askedBy: principal.agentId }
      const { next, ...callback } = await getCallback(deps, params.id, asked)
      if (callback.user) noteReading({ principal, log }, callback.user.id, { callbackId: callback.id })
      return { ...withUserAnswer(callback), nextCursor: next }
    },
  )

  scope.patch(
    '/callbacks/:id',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'updateCallback',
        summary: 'Change what an open callback says, and whom it prefers',
        description: `What is left out stays as it is. Another preferred agent gets it at once, as after \`reassign\`: not of one that an agent has accepted or is calling, and not nobody of one with the owner \`only\`. ${onlyOwn}`,
        tags,
        params: callbackParams,
        body: updateBody,
        response: {
          200: answers('The callback as it stands now', changedCallback),
          ...refusalsWithBody(
            'callback-not-found',
            'callback-not-open',
            'callback-not-pending',
            'owner-not-named',
            'unknown-user',
            'unknown-agent',
            'agent-inactive',
          ),
        },
      },
    },
    async ({ deps, principal, params, body }) => ({
      callback: await updateCallback(deps, { callbackId: params.id, ...body, askedBy: principal.agentId }),
    }),
  )

  scope.post(
    '/callbacks/accept',
    {
      config: { access: ['agent'] },
      schema: {
        operationId: 'acceptCallback',
        summary: 'Take a pending callback as the next call',
        description: `Of two agents at once one wins. The same agent again gets the same answer. ${onlyOwn}`,
        tags,
        body: acceptBody,
        response: {
          200: answers('The callback is first in line for the agent', acceptedCallback),
          ...refusalsOfPost(
            'callback-not-found',
            'callback-not-pending',
            'owner-only',
            'too-many-accepted',
            'agent-not-logged-in',
            'unknown-user',
            'do-not-call',
            'user-in-call',
            'outside-calling-hours',
            'never-allowed',
          ),
        },
      },
    },
    async ({ deps, principal, body }) => {
      requireSelf(principal, body.agentId)
      return acceptCallback(deps, { ...body, askedBy: principal.agentId })
    },
  )

  scope.post(
    '/callbacks/snooze',
    {
      config: { access: ['agent'] },
      schema: {
        operationId: 'snoozeCallback',
        summary: 'Put a callback off by 1 to 60 minutes',
        description: `From its time or from now, whichever is later. It is pending again, and out of its queue. ${onlyOwn}`,
        tags,
        body: snoozeBody,
        response: {
          200: answers('The callback is put off', snoozedCallback),
          ...refusalsOfPost('callback-not-found', 'callback-not-open', 'do-not-call', 'unknown-agent', 'never-allowed'),
        },
      },
    },
    async ({ deps, principal, body }) => {
      requireSelf(principal, body.agentId)
      return snoozeCallback(deps, { ...body, askedBy: principal.agentId })
    },
  )

  scope.post(
    '/callbacks/cancel',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'cancelCallback',
        summary: 'Take a promise back',
        description: onlyOwn,
        tags,
        body: cancelBody,
        response: {
          200: answers('The callback is cancelled', changedCallback),
          ...refusalsOfPost('callback-not-found', 'callback-not-open'),
        },
      },
    },
    async ({ deps, principal, body }) => ({
      callback: await cancelCallback(deps, { ...body, agentId: principal.agentId }),
    }),
  )

  scope.post(
    '/callbacks/reschedule',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'rescheduleCallback',
        summary: 'Move a callback to another time',
        description: `It is pending again, and out of its queue. ${onlyOwn}`,
        tags,
        body: rescheduleBody,
        response: {
          200: answers('The callback is moved', rescheduledCallback),
          ...refusalsOfPost(
            'callback-not-found',
            'callback-not-open',
            'do-not-call',
            'unknown-agent',
            'callback-in-the-past',
            'outside-calling-hours',
            'never-allowed',
          ),
        },
      },
    },
    async ({ deps, principal, body }) => rescheduleCallback(deps, { ...body, agentId: principal.agentId }),
  )

  scope.post(
    '/callbacks/reassign',
    {
      config: { access: [] },
      schema: {
        operationId: 'reassignCallback',
        summary: 'Make a callback another agent’s, or anybody’s',
        description:
          'Its entry goes to that agent at once. It is pending again, also when it was accepted; accepted before its time, it waits for its time. With `null` it is for any agent, also when its owner was `only`.',
        tags,
        body: reassignBody,
        response: {
          200: answers('The callback is that agent’s', changedCallback),
          ...refusalsOfPost('callback-not-found', 'callback-not-open', 'unknown-agent', 'agent-inactive'),
        },
      },
    },
    async ({ deps, body }) => ({ callback: await reassignCallback(deps, body) }),
  )
}

function listedAnswer({ user, ...listed }: Listed) {
  return { ...listed, ...(user !== undefined && { user: user && userAnswer(user) }) }
}
