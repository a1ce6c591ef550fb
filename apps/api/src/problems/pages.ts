import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { OpenApiDocument } from '../openapi-tidy.ts'
import { allowOwnPages } from '../security-headers.ts'
import { problemCatalogue, type ProblemCode } from './catalogue.ts'
import { ApiProblem, problemType } from './problem.ts'

const codes = Object.keys(problemCatalogue) as ProblemCode[]

/** What is told of a kind of problem. */
interface Explained {
  type: string
  code: ProblemCode
  status: number
  title: string
  /** What a client does about it. */
  remedy: string
  /** The routes that say so themselves, like `POST /api/callbacks`. */
  routes: string[]
}

/** What answers of a status have in common; a few kinds of problem are met in a way of their own. */
const remedyOfStatus: Record<number, string> = {
  400: 'Change the request: `errors` names the fields, and /docs shows what they must be. The same request fails again.',
  401: 'Ask again with a token that is valid.',
  403: 'Ask with a token of somebody who may; /docs says who may call which route.',
  404: 'Look at the address and at its ids. What was deleted does not come back.',
  408: 'Send the whole request sooner.',
  409: 'What you know of it is old, or it is as it is: read it again, then decide. The same request fails until it has changed.',
  412: 'Read it again, change what is there now, and write that.',
  413: 'Send less in one request.',
  415: 'Send JSON as `application/json`, as it is.',
  422: 'The request names what does not exist or cannot be: correct it. The same request fails again.',
  429: 'Wait as many seconds as `Retry-After` says, then send the same request again.',
  431: 'Send fewer or shorter headers.',
  500: 'Nothing that you could change: tell whoever runs Ringback, with the `X-Request-Id` of the answer.',
  503: 'Wait as many seconds as `Retry-After` says, then send the same request again; a POST with the same `Idempotency-Key`.',
}

/**
 * What the `type` of a problem leads to: `/problems/:code` explains one, `/problems` lists them all. To browsers it is a page,
 * to everybody else JSON.
 */
export async function publishProblems(scope: FastifyInstance): Promise<void> {
  allowOwnPages(scope)

  scope.get('/problems', { schema: { hide: true } }, async (request, reply) => {
    const all = codes.map((code) => explain(scope, code))
    const rows = all.map(
      ({ code, status, title }) => `<li><a href="problems/${code}">${code}</a> ${status}: ${title}</li>`,
    )
    return send(request, reply, { json: all, title: 'Problems', html: `<ul>${rows.join('')}</ul>` })
  })

  scope.get(
    '/problems/:code',
    { schema: { hide: true, params: z.strictObject({ code: z.string() }) } },
    async (request, reply) => {
      const { code } = request.params as { code: string }
      if (!isCode(code))
        throw new ApiProblem('route-not-found', 'There is no such kind of problem: GET /problems lists them')
      const explained = explain(scope, code)
      return send(request, reply, { json: explained, title: explained.title, html: pageOf(explained) })
    },
  )
}

function isCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemCatalogue, text)
}

function explain(scope: FastifyInstance, code: ProblemCode): Explained {
  const { status, title } = problemCatalogue[code]
  const { paths } = scope.swagger() as unknown as OpenApiDocument
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => responses[status]?.description.includes(`\`${code}\``))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  )
  return { type: problemType(code, scope.publicUrl), code, status, title, remedy: remedyOfStatus[status]!, routes }
}

function pageOf({ code, status, remedy, routes }: Explained): string {
  return [
    `<p>Code <code>${code}</code>, status ${status}.</p>`,
    `<p>${written(remedy)}</p>`,
    routes.length > 0 &&
      `<p>Answered by</p><ul>${routes.map((route) => `<li><code>${route}</code></li>`).join('')}</ul>`,
    '<p><a href="../problems">All problems</a> · <a href="../docs">The API</a></p>',
  ]
    .filter(Boolean)
    .join('\n')
}

/** Nothing that is written here comes from a request. */
function written(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, '<code>$1</code>').replaceAll('/docs', '<a href="../docs">/docs</a>')
}

function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { json, title, html }: { json: object; title: string; html: string },
): FastifyReply {
  reply.header('vary', 'accept')
  if (!/\btext\/html\b/.test(headers.accept ?? ''))
    return reply.type('application/json').serializer(JSON.stringify).send(json)
  return reply
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Ringback</title><style>${style}</style><main><h1>${title}</h1>\n${html}</main></html>`,
    )
}

const style =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:44rem;padding:0 1rem}code{font-size:.95em}'
