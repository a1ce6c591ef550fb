import { Readable } from 'node:stream'
import { listPromises, reportPromises, type Reads } from '@ringback/core'
import type { promises } from '@ringback/db'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { csvLine, type Cell } from '../csv.ts'
import { answers, answersCsv, refusals } from '../schemas/problem.ts'
import { promiseReport, promisesQuery } from '../schemas/reports.ts'

const tags = ['Reports']
const access = ['service'] as const
const byWhat =
  'By the time that the customer was told, which snoozing does not move, and by the first attempt, as later ones would hide that it was late.'

/** The columns of the CSV. */
const columns: Record<string, (promise: promises.JudgedPromise) => Cell> = {
  callbackId: ({ id }) => id,
  userId: ({ userId }) => userId,
  key: ({ key }) => key,
  queueType: ({ queueType }) => queueType,
  promisedFor: ({ told }) => told,
  scheduledFor: ({ scheduledFor }) => scheduledFor,
  verdict: ({ verdict }) => verdict,
  status: ({ status }) => status,
  result: ({ result }) => result,
  attempts: ({ attempts }) => attempts,
  firstCalledAt: ({ calledAt }) => calledAt,
  firstCalledBy: ({ calledBy }) => calledBy,
  latenessSeconds: ({ lateness }) => lateness,
  preferredAgentId: ({ preferredAgentId }) => preferredAgentId,
  callbackReason: ({ callbackReason }) => callbackReason,
  createdAt: ({ createdAt }) => createdAt,
  completedAt: ({ completedAt }) => completedAt,
  cancelledAt: ({ cancelledAt }) => cancelledAt,
}

export const reportRoutes: FastifyPluginAsyncZod<{ reads: Reads }> = async (scope, { reads }) => {
  scope.get(
    '/reports/promises',
    {
      config: { access },
      schema: {
        operationId: 'reportPromises',
        summary: 'How promises were kept',
        description: byWhat,
        tags,
        querystring: promisesQuery,
        response: { 200: answers('The figures of all of them, and of each group', promiseReport), ...refusals() },
      },
    },
    async ({ query }) => reads.run((deps) => reportPromises(deps, query)),
  )

  scope.get(
    '/reports/promises.csv',
    {
      config: { access },
      schema: {
        operationId: 'listReportedPromises',
        summary: 'The same promises one by one, as CSV',
        description: `${byWhat} In UTF-8, by promised time; \`key\` is the group of \`groupBy\`. A text that a spreadsheet would take for a formula begins with \`'\`.`,
        tags,
        querystring: promisesQuery,
        response: { 200: answersCsv('A line for each promise, below the names of the columns'), ...refusals() },
      },
    },
    async ({ query }, reply) => {
      reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="promises.csv"')
      return reply.send(Readable.from(linesOf(listPromises(reads, query)), { objectMode: false }))
    },
  )
}

/** The next page is read when the client has taken the one before. */
async function* linesOf(pages: AsyncIterable<promises.JudgedPromise[]>): AsyncGenerator<string> {
  yield csvLine(Object.keys(columns))
  const cellsOf = Object.values(columns)
  for await (const page of pages) yield page.map((promise) => csvLine(cellsOf.map((cell) => cell(promise)))).join('')
}
