import { putUsers, scheduleCallbacks } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { eachRow, readNdjson, takesRows } from '../bulk.ts'
import { bulkBody, bulkResults, mostRows } from '../schemas/bulk.ts'
import { scheduleBody } from '../schemas/callbacks.ts'
import { answers, refusalsOfPost } from '../schemas/problem.ts'
import { userRow } from '../schemas/users.ts'

const access = ['service'] as const
const howRowsCome = `Up to ${mostRows} rows and 8 MiB, as \`{"items": […]}\` or as NDJSON (\`application/x-ndjson\`, one row on each line). All are written in one transaction, one after the other; a row that is refused keeps none of the others from it.`

export const bulkRoutes: FastifyPluginAsyncZod = async (scope) => {
  readNdjson(scope)

  scope.post(
    '/users/bulk',
    {
      ...takesRows,
      config: { access },
      schema: {
        operationId: 'putUsers',
        summary: 'Write many users',
        description: `Each as \`PUT /api/users/{userId}\` does. ${howRowsCome}`,
        tags: ['Users'],
        body: bulkBody(userRow),
        response: { 200: answers('What became of each row', bulkResults), ...refusalsOfPost() },
      },
    },
    async ({ deps, body, server }) => ({
      results: await eachRow(
        body.items,
        {
          row: userRow,
          write: (rows) => putUsers(deps, rows),
          resultOf: ({ created, user }) => ({ status: created ? 'created' : 'updated', id: user.id }),
        },
        server.publicUrl,
      ),
    }),
  )

  scope.post(
    '/callbacks/bulk',
    {
      ...takesRows,
      config: { access },
      schema: {
        operationId: 'scheduleCallbacks',
        summary: 'Promise many calls',
        description: `Each as \`POST /api/callbacks\` does; an \`Idempotency-Key\` is that of the whole request, so of two rows without an \`externalId\` within five minutes of each other the second one is the first, unless it says \`allowDuplicate\`. ${howRowsCome}`,
        tags: ['Callbacks'],
        body: bulkBody(scheduleBody),
        response: { 200: answers('What became of each row', bulkResults), ...refusalsOfPost() },
      },
    },
    async ({ deps, body, server }) => ({
      results: await eachRow(
        body.items,
        {
          row: scheduleBody,
          write: (rows) => scheduleCallbacks(deps, rows),
          resultOf: ({ isNew, callback }) => ({ status: isNew ? 'created' : 'existing', id: callback.id }),
        },
        server.publicUrl,
      ),
    }),
  )
}
