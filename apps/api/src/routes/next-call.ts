import {
  batcher,
  claimNextCall,
  claimNextCalls,
  listCallsBefore,
  listPendingCallbacks,
  peekNextCalls,
  stopwatch,
  withUsers,
  type ClaimedCall,
  type ClaimInput,
  type Deps,
  type NextCall,
  type NextCallInput,
} from '@ringback/core'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { actorOf } from '../auth/principal.ts'
import { idempotencyKeyOf } from '../idempotency.ts'
import { agentParams } from '../schemas/agents.ts'
import { claimedCall, nextCall, nextCallBody, nextCallQuery } from '../schemas/call-sessions.ts'
import { pendingCallbacks, pendingCallbacksQuery } from '../schemas/callbacks.ts'
import { answers, answersNothing, refusals, refusalsOfPost } from '../schemas/problem.ts'
import { noteReading } from '../user-readings.ts'
import { withUserAnswer } from './users.ts'

const tags = ['Next call']
const access = ['agent'] as const

/**
 * Agents who ask at the same moment share the round trips. Two batches keep both this process and Postgres at work, as
 * long as neither takes all who ask.
 */
const batches = { atOnce: 2, maxSize: 16, keyOf: (input: NextCallInput) => input.agentId }

export const nextCallRoutes: FastifyPluginAsyncZod<{ deps: Deps }> = async (scope, { deps: shared }) => {
  const { telemetry } = shared
  const traced = (name: string) => ({ traced: { telemetry, name } })
  const claim = batcher<ClaimInput, ClaimedCall | undefined>((inputs) => claimNextCalls(shared, inputs), {
    ...batches,
    ...traced('claim'),
  })
  const peek = batcher((inputs: NextCallInput[]) => peekNextCalls(shared, inputs), { ...batches, ...traced('peek') })
  const callsBefore = batcher((entries: NextCall['queueEntry'][]) => listCallsBefore(shared, entries), {
    atOnce: 2,
    maxSize: 16,
    ...traced('calls before'),
  })

  scope.get(
    '/agents/:agentId/pending-callbacks',
    {
      config: { access },
      schema: {
        operationId: 'listPendingCallbacks',
        summary: 'Promises of an agent that are due within ten minutes or overdue, page by page',
        tags,
        params: agentParams,
        querystring: pendingCallbacksQuery,
        response: { 200: answers('Preferred or assigned, by time', pendingCallbacks), ...refusals() },
      },
    },
    async ({ deps, principal, log, params: { agentId }, query: { limit, cursor } }) => {
      const { items, next } = await listPendingCallbacks(deps, { agentId, after: cursor, limit })
      const callbacks = await withUsers(deps, items)
      for (const { id, user } of callbacks) if (user) noteReading({ principal, log }, user.id, { callbackId: id })
      return { callbacks: callbacks.map(withUserAnswer), nextCursor: next }
    },
  )

  scope.get(
    '/agents/:agentId/next-call',
    {
      config: { access },
      schema: {
        operationId: 'peekNextCall',
        summary: 'Look at the next call without claiming it',
        tags,
        params: agentParams,
        querystring: nextCallQuery,
        response: {
          200: answers('The call that a claim would bring now', nextCall),
          204: answersNothing('Nobody waits'),
          ...refusals('agent-not-logged-in', 'unknown-queue', 'queue-not-served'),
        },
      },
    },
    async (request, reply) => {
      const call = await peek({ ...request.params, ...request.query })
      if (!call) return void reply.code(204)
      return callAnswer(request, { ...call, ...(await callsBefore(call.queueEntry)) })
    },
  )

  scope.post(
    '/agents/:agentId/next-call',
    {
      config: { access },
      schema: {
        operationId: 'claimNextCall',
        summary: 'Claim the next call',
        description: 'Each entry goes to exactly one agent. An agent who holds a call gets that one again, `resumed`.',
        tags,
        params: agentParams,
        body: nextCallBody,
        response: {
          200: answers('The call is yours', claimedCall),
          204: answersNothing('Nobody waits'),
          ...refusalsOfPost('agent-not-logged-in', 'unknown-queue', 'queue-not-served'),
        },
      },
    },
    async (request, reply) => {
      const input = { ...request.params, ...request.body }
      // Under an idempotency key the claim is part of a transaction of its own.
      const isAlone = idempotencyKeyOf(request) !== undefined
      const seconds = stopwatch()
      const call = await (isAlone
        ? claimNextCall(request.deps, input)
        : claim({ ...input, actor: actorOf(request.principal) }))
      telemetry.observe('ringback_claim_duration_seconds', {}, seconds())
      if (!call) return void reply.code(204)
      const [before] = isAlone
        ? await listCallsBefore(request.deps, [call.queueEntry])
        : [await callsBefore(call.queueEntry)]
      return callAnswer(request, { ...call, ...before! })
    },
  )
}

/** A call as it is told, which the audit log notes. */
export function callAnswer<Call extends NextCall>(request: FastifyRequest, call: Call) {
  const { queueEntry, user } = call
  if (user) noteReading(request, user.id, { queueEntryId: queueEntry.id })
  return withUserAnswer(call)
}
