import { completeCall, foreseeOutcomes, getCall, listCalls, recordOutcome, startCall, type Reads } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { requireSelf } from '../auth/principal.ts'
import { readList } from '../read-list.ts'
import {
  callSession,
  callSessionPage,
  callSessionParams,
  callSessionsQuery,
  completeCallBody,
  outcomeBody,
  outcomeConsequences,
  recordedOutcome,
  startCallBody,
  startedCall,
} from '../schemas/call-sessions.ts'
import { answers, refusals, refusalsOfPost } from '../schemas/problem.ts'
import { noteReading } from '../user-readings.ts'

const tags = ['Call sessions']
const access = ['agent', 'service'] as const
const onlyOwn =
  'For an agent its own calls are there, and those of a user with whom it has to do now: by an open promise that prefers the agent, a place in a queue that waits for it or that it has claimed, or an inbound call.'

export const callSessionRoutes: FastifyPluginAsyncZod<{ reads: Reads }> = async (scope, { reads }) => {
  scope.post(
    '/call-sessions',
    {
      config: { access },
      schema: {
        operationId: 'startCallSession',
        summary: 'Record that a call has begun',
        description:
          'Nobody is handed a user who is in an inbound call, for two hours after it began at most, and the answer tells what the user has been promised. A call that an agent reports is its own. Without a `twilioCallSid` an agent reports one inbound call at a time.',
        tags,
        body: startCallBody,
        response: {
          200: answers('The session that this `twilioCallSid` opened before', startedCall),
          201: answers('A new session', startedCall),
          ...refusalsOfPost(
            'unknown-user',
            'unknown-agent',
            'call-in-the-future',
            'call-session-exists',
            'agent-in-call',
          ),
        },
      },
    },
    async ({ deps, principal, body }, reply) => {
      requireSelf(principal, body.agentId)
      const { session, created, openCallbacks } = await startCall(deps, {
        ...body,
        agentId: principal.agentId ?? body.agentId,
        askedBy: principal.agentId,
      })
      reply.code(created ? 201 : 200)
      return { ...session, openCallbacks }
    },
  )

  scope.get(
    '/call-sessions',
    {
      config: { access },
      schema: {
        operationId: 'listCallSessions',
        summary: 'Calls, the newest first, page by page',
        description: onlyOwn,
        tags,
        querystring: callSessionsQuery,
        response: { 200: answers('A page', callSessionPage), ...refusals() },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query
      const { agentId: askedBy } = request.principal
      requireSelf(request.principal, filter.agentId)
      const { items, next } = await readList(reads, request, (deps) =>
        listCalls(deps, { filter, before: cursor, limit, askedBy }),
      )
      for (const userId of new Set(items.map((call) => call.userId))) noteReading(request, userId)
      return { items, nextCursor: next }
    },
  )

  scope.get(
    '/call-sessions/:id',
    {
      config: { access },
      schema: {
        operationId: 'getCallSession',
        summary: 'A call, and what was said of it',
        description: onlyOwn,
        tags,
        params: callSessionParams,
        response: { 200: answers('The call', callSession), ...refusals('call-session-not-found') },
      },
    },
    async ({ deps, principal, log, params }) => {
      const call = await getCall(deps, params.id, principal.agentId)
      noteReading({ principal, log }, call.userId, { callSessionId: call.id })
      return call
    },
  )

  scope.get(
    '/call-sessions/:id/consequences',
    {
      config: { access },
      schema: {
        operationId: 'getCallSessionConsequences',
        summary: 'What each outcome of a call would come to',
        description: `Were it recorded now, without the promise of another call: to be shown before one is chosen. Nothing is changed by it. ${onlyOwn}`,
        tags,
        params: callSessionParams,
        response: {
          200: answers('The outcomes, and what follows from each', outcomeConsequences),
          ...refusals('call-session-not-found'),
        },
      },
    },
    async ({ deps, principal, params }) => ({
      outcomes: await foreseeOutcomes(deps, { callSessionId: params.id, askedBy: principal.agentId }),
    }),
  )

  scope.post(
    '/call-sessions/:id/complete',
    {
      config: { access },
      schema: {
        operationId: 'completeCallSession',
        summary: 'End a call without an outcome',
        description: 'Its callback stays open. A call that has ended already is returned as it is.',
        tags,
        params: callSessionParams,
        body: completeCallBody,
        response: {
          200: answers('The call is over', callSession),
          ...refusalsOfPost('call-session-not-found', 'not-your-call'),
        },
      },
    },
    async ({ deps, principal, params, body }) =>
      completeCall(deps, { callSessionId: params.id, agentId: principal.agentId, ...body }),
  )

  scope.post(
    '/call-sessions/:id/outcome',
    {
      config: { access },
      schema: {
        operationId: 'recordOutcome',
        summary: 'Record what came of a call',
        description:
          'Completes the call session, the queue entry and the callback, makes the agent available, and may schedule the next callback. Where the policy of the queue says so, a callback whose customer was not reached is pending again instead, and is called at `retry.at`. An inbound call ends the promises of its user that it has settled: those of `endsCallbacks`, else those that the policies of their queues say. The same outcome again gets the same answer.',
        tags,
        params: callSessionParams,
        body: outcomeBody,
        response: {
          200: answers('The outcome is recorded', recordedOutcome),
          ...refusalsOfPost(
            'call-session-not-found',
            'not-your-call',
            'outcome-recorded',
            'unknown-user',
            'unknown-agent',
            'unknown-callback',
            'owner-not-named',
            'user-unknown-to-agent',
            'callback-in-the-past',
            'too-many-open-callbacks',
            'do-not-call',
            'outside-calling-hours',
            'never-allowed',
            'too-many-callbacks-created',
          ),
        },
      },
    },
    async ({ deps, principal, params, body }) =>
      recordOutcome(deps, { callSessionId: params.id, agentId: principal.agentId, ...body }),
  )
}
