import { awaitRun, durationOf, figuresOf, listRuns, messageOf, runIdOf, tick } from '@ringback/core'
import type { CronRun } from '@ringback/db'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idempotencyKeyOf } from '../idempotency.ts'
import { cronRun, finishedTick, runsQuery, startedTick, tickBody } from '../schemas/operations.ts'
import { answers, refusals, refusalsOfPost } from '../schemas/problem.ts'

const tags = ['Operations']
const access = ['service'] as const
const waitMs = 25_000
/** Longer than the wait, which has an answer of its own. */
const handlerTimeoutMs = 40_000

export const cronRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.post(
    '/cron/callback-notifications',
    {
      config: { access, idempotency: 'by-run' },
      handlerTimeout: handlerTimeoutMs,
      schema: {
        operationId: 'runTick',
        summary: 'Run a tick now',
        description:
          'Finds the callbacks that need work and waits up to 25 seconds for their jobs. The same Idempotency-Key waits for the same run.',
        tags,
        body: tickBody,
        response: {
          200: answers('The tick is finished', finishedTick),
          202: answers('Its jobs are still at work: look for the run later', startedTick),
          ...refusalsOfPost('run-lost'),
        },
      },
    },
    async (request, reply) => {
      const { deps, principal } = request
      const key = idempotencyKeyOf(request)
      const runOfKey = key && { runId: runIdOf(JSON.stringify([principal.subject, key])) }
      const runId = await tick(deps, { trigger: 'manual', ...runOfKey })
      const run = await awaitRun(deps, runId, { timeoutMs: waitMs })
      const endedAt = run.finishedAt ?? run.abandonedAt
      if (!endedAt) {
        reply.code(202)
        return { runId }
      }
      return {
        success: run.finishedAt !== null,
        message: messageOf(run),
        results: figuresOf(run),
        duration: endedAt.getTime() - run.startedAt.getTime(),
        runId,
      }
    },
  )

  scope.get(
    '/cron/callback-notifications',
    {
      config: { access },
      schema: {
        operationId: 'listRuns',
        summary: 'The last ticks',
        tags,
        querystring: runsQuery,
        response: { 200: answers('Newest first', z.array(cronRun)), ...refusals() },
      },
    },
    async ({ deps, query }) => (await listRuns(deps, query)).map(runAnswer),
  )
}

/** In the API a run is known by `runId`. */
export function runAnswer(run: CronRun) {
  const { id: runId, trigger, startedAt, finishedAt, abandonedAt, enqueued } = run
  const duration = durationOf(run)
  return { runId, trigger, startedAt, finishedAt, abandonedAt, enqueued, results: figuresOf(run), duration }
}
