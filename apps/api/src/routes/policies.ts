import { getPolicy, listPolicyVersions, putPolicy } from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  ifMatchHeaders,
  policy,
  policyParams,
  policyVersions,
  policyVersionsQuery,
  putPolicyBody,
} from '../schemas/policies.ts'
import { answers, refusals, refusalsWithBody } from '../schemas/problem.ts'

const tags = ['Policies']

export const policyRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.get(
    '/policies/:queueType',
    {
      config: { access: ['service'], etag: true },
      schema: {
        operationId: 'getPolicy',
        summary: 'Read the policy of a queue',
        description:
          'While none is stored, version 0 with an empty document: the rules of the report. Its `ETag` is the version, which `If-Match` takes.',
        tags,
        params: policyParams,
        response: { 200: answers('The version that counts', policy), ...refusals() },
      },
    },
    async ({ deps, params }, reply) => {
      const found = await getPolicy(deps, params.queueType)
      reply.header('etag', etagOf(found))
      return found
    },
  )

  scope.put(
    '/policies/:queueType',
    {
      config: { access: [] },
      schema: {
        operationId: 'putPolicy',
        summary: 'Store the policy of a queue',
        description:
          'The document is the whole policy: what it leaves out holds as in the report. Every version is kept, and all processes follow a new one within five seconds. The same document again changes nothing.',
        tags,
        params: policyParams,
        headers: ifMatchHeaders,
        body: putPolicyBody,
        response: {
          200: answers('The version that counts now', policy),
          ...refusalsWithBody('policy-changed', 'unknown-queue', 'unknown-calendar'),
        },
      },
    },
    async ({ deps, params, headers, body }, reply) => {
      const written = await putPolicy(deps, { ...params, document: body, ifVersion: headers['if-match'] })
      reply.header('etag', etagOf(written))
      return written
    },
  )

  scope.get(
    '/policies/:queueType/versions',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'listPolicyVersions',
        summary: 'The versions of a policy, and who wrote them',
        tags,
        params: policyParams,
        querystring: policyVersionsQuery,
        response: { 200: answers('The newest versions', policyVersions), ...refusals() },
      },
    },
    async ({ deps, params, query }) => ({ items: await listPolicyVersions(deps, { ...params, ...query }) }),
  )
}

/** What `If-Match` takes. */
function etagOf({ version }: { version: number }): string {
  return `"${version}"`
}
