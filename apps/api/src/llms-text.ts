import type { FastifyInstance } from 'fastify'
import type { OpenApiDocument } from './openapi-tidy.ts'
import { addressOf } from './openapi.ts'

/** `/llms.txt`: the API in one page of text, for programs that read before they write (llmstxt.org). */
export async function publishLlmsText(scope: FastifyInstance): Promise<void> {
  scope.get('/llms.txt', { schema: { hide: true } }, async (request, reply) => {
    const document = scope.swagger() as unknown as OpenApiDocument
    return reply.type('text/plain; charset=utf-8').send(llmsText(document, addressOf(request)))
  })
}

function llmsText({ tags, paths }: OpenApiDocument, address: string): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([
        method,
        {
          summary,
          tags: [tag],
        },
      ]) => ({
        tag,
        line: `- \`${method.toUpperCase()} ${path}\`: ${summary}`,
      }),
    ),
  )
  const sections = tags.map(({ name, description }) => {
    const lines = operations.filter(({ tag }) => tag === name).map(({ line }) => line)
    return [`## ${name}`, '', `${description}.`, '', ...lines, ''].join('\n')
  })
  return [
    '# Ringback',
    '',
    '> A callback engine for contact centres: every promise to call back is kept, once. Other systems promise calls, agents',
    '> take the next one, and what came of it is recorded, all over HTTP with JSON.',
    '',
    `- [OpenAPI 3.1](${address}/openapi.json): every route with its schemas, its roles and what may go wrong`,
    `- [The same as a page](${address}/docs): for people, with a form for each route`,
    `- [Problems](${address}/problems): every \`code\` of an error, and what to do about it`,
    '- `@ringback/client`: a client for Node.js and browsers that is made from this document',
    '- `docs/integrating.md` of the repository: a desk, a CRM and telephony, step by step, with programs to copy from',
    '',
    '- Every route below /api needs `Authorization: Bearer <JWT>`; the role of the token decides what it may do.',
    '- Every POST takes an `Idempotency-Key`: the same request with the same key has one effect and one answer.',
    '- Errors are RFC 9457 problem details: decide by `code`. 429 and 503 say in `Retry-After` when to try again.',
    '- Times are ISO 8601 with an offset. Ids of users and queue entries are strings of digits.',
    '- Lists come by pages: hand `nextCursor` back as `cursor` until it is null.',
    '',
    ...sections,
  ].join('\n')
}
