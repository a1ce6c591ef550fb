import {
  closeSession,
  DomainError,
  getAgent,
  getDesk,
  heartbeat,
  listAgentNames,
  listAgents,
  putAgent,
  putSession,
} from '@ringback/core'
import type { Agent } from '@ringback/db'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ActiveAgents } from '../auth/active-agents.ts'
import {
  agent,
  agentName,
  agentParams,
  agentQuery,
  agentSession,
  agentsQuery,
  agentToday,
  agentWithSession,
  desk,
  putAgentBody,
  putSessionBody,
} from '../schemas/agents.ts'
import { answers, answersNothing, refusals, refusalsOfPost, refusalsWithBody } from '../schemas/problem.ts'
import { noteReading } from '../user-readings.ts'
import { callAnswer } from './next-call.ts'
import { userAnswer } from './users.ts'

const tags = ['Agents']

export const agentRoutes: FastifyPluginAsyncZod<{ active: ActiveAgents }> = async (scope, { active }) => {
  scope.put(
    '/agents/:agentId',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'putAgent',
        summary: 'Write an agent',
        description:
          'The token of an agent who is not active opens nothing, some seconds later at the latest. What an agent has of queues that it serves no more is routed again.',
        tags,
        params: agentParams,
        body: putAgentBody,
        response: {
          200: answers('The agent was changed', agent),
          201: answers('The agent is new', agent),
          ...refusalsWithBody('unknown-queue'),
        },
      },
    },
    async ({ deps, params, body }, reply) => {
      const written = await putAgent(deps, { ...params, ...body })
      active.forget(params.agentId)
      reply.code(written.created ? 201 : 200)
      return agentAnswer(written.agent)
    },
  )

  scope.get(
    '/agents',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'listAgents',
        summary: 'Every agent with the open session, the call that it holds, and the figures of its day',
        tags,
        querystring: agentsQuery,
        response: { 200: answers('The agents by id', z.array(agentWithSession)), ...refusals() },
      },
    },
    async ({ deps, query }) => (await listAgents(deps, query)).map(agentAnswer),
  )

  scope.get(
    '/agents/names',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'listAgentNames',
        summary: 'What every agent is called',
        description: 'For an agent, too: who has a promise is told by number everywhere else.',
        tags,
        response: { 200: answers('The names by id', z.array(agentName)), ...refusals() },
      },
    },
    async ({ deps }) =>
      (await listAgentNames(deps)).map(({ id, firstName, lastName }) => ({ agentId: id, firstName, lastName })),
  )

  scope.get(
    '/agents/:agentId',
    {
      config: { access: ['agent', 'service'], etag: true },
      schema: {
        operationId: 'getAgent',
        summary: 'An agent with the open session, the call that it holds, and the figures of its day',
        tags,
        params: agentParams,
        querystring: agentQuery,
        response: { 200: answers('The agent', agentToday), ...refusals('agent-not-found') },
      },
    },
    async (request) => {
      const { heldCall, ...found } = await getAgent(request.deps, { ...request.params, ...request.query })
      return { ...agentAnswer(found), heldCall: heldCall && callAnswer(request, heldCall) }
    },
  )

  scope.get(
    '/agents/:agentId/desk',
    {
      config: { access: ['agent'] },
      schema: {
        operationId: 'getDesk',
        summary: 'All that the desk of an agent shows, in one look',
        description:
          'Also after a reload: the call that the agent holds is there, and nothing is claimed. While the agent is logged out, its promises are.',
        tags,
        params: agentParams,
        response: { 200: answers('The desk', desk), ...refusals('agent-not-found') },
      },
    },
    async (request) => {
      const { heldCall, next, pending, snoozed, ...found } = await getDesk(request.deps, request.params.agentId)
      const promiseAnswer = ({ user, ...promise }: (typeof pending)[number]) => {
        if (user) noteReading(request, user.id, { callbackId: promise.callback.id })
        return { ...promise, user: user && userAnswer(user) }
      }
      return {
        ...found,
        heldCall: heldCall && callAnswer(request, heldCall),
        next: next && callAnswer(request, next),
        pending: pending.map(promiseAnswer),
        snoozed: snoozed.map(promiseAnswer),
      }
    },
  )

  scope.put(
    '/agents/:agentId/session',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'putSession',
        summary: 'Log an agent in, or change what the agent does',
        tags,
        params: agentParams,
        body: putSessionBody,
        response: {
          200: answers('The open session', agentSession),
          ...refusalsWithBody('agent-not-found', 'agent-inactive'),
        },
      },
    },
    async ({ deps, params, body }) => putSession(deps, { ...params, ...body }),
  )

  scope.delete(
    '/agents/:agentId/session',
    {
      config: { access: ['agent', 'service'] },
      schema: {
        operationId: 'deleteSession',
        summary: 'Log an agent out',
        description: 'A call that the agent holds goes back to its queue, and what was assigned goes to others.',
        tags,
        params: agentParams,
        response: { 204: answersNothing('The agent is logged out'), ...refusals() },
      },
    },
    async ({ deps, params }, reply) => {
      await closeSession(deps, params.agentId)
      reply.code(204)
    },
  )

  scope.post(
    '/agents/:agentId/heartbeat',
    {
      config: { access: ['agent'] },
      schema: {
        operationId: 'heartbeat',
        summary: 'Tell that the desktop of an agent is alive',
        description: 'Every other request of an agent tells so too.',
        tags,
        params: agentParams,
        body: z.strictObject({}).nullish(),
        response: { 204: answersNothing('Noted'), ...refusalsOfPost('agent-not-logged-in') },
      },
    },
    async ({ deps, params: { agentId } }, reply) => {
      if (!(await heartbeat(deps, agentId))) {
        throw new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
      }
      reply.code(204)
    },
  )
}

/** In the API an agent is known by `agentId`. */
export function agentAnswer<Row extends Agent>({ id, ...fields }: Row) {
  return { agentId: id, ...fields }
}
