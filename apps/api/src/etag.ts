import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { takeHeaders } from './schemas/headers.ts'
import { answersNothing } from './schemas/problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It answers with one thing, of which a client may ask whether it is still as it was. */
    etag?: true
  }
}

const conditionHeaders = {
  'if-none-match': z
    .string()
    .optional()
    .meta({ description: 'The `ETag` of an answer that you have: while it is still right, there is 304 and no body' }),
}

/**
 * Gives the answers of routes that say so (`config.etag`) an `ETag`, and answers a request that knows it with 304. It is of
 * the very bytes of the body, so it is strong and has nothing to do with versions of rows, unless the handler has set one of
 * its own. Such an answer may be kept by whoever asked, and be used again when it has been asked about: nobody else may, and
 * it holds for the same bearer only.
 */
export function answerUnchanged(scope: FastifyInstance): void {
  scope.addHook('onRoute', (route) => {
    if (!route.config?.etag) return
    takeHeaders(route, conditionHeaders)
    const response = { ...(route.schema?.response as object), 304: answersNothing('It is as you know it') }
    route.schema = { ...route.schema, response }
  })

  scope.addHook('onSend', async (request, reply, payload) => {
    if (!request.routeOptions.config.etag || reply.statusCode !== 200 || typeof payload !== 'string') return payload
    const etag = (reply.getHeader('etag') as string | undefined) ?? hashOf(payload)
    const vary = [reply.getHeader('vary'), 'Authorization', 'Cookie', 'Ringback-Agent'].filter(Boolean)
    reply.headers({ etag, vary: vary.join(', '), 'cache-control': 'private, no-cache' })
    if (!knows(request.headers['if-none-match'], etag)) return payload
    reply.code(304).removeHeader('content-type')
    return request.method === 'HEAD' ? payload : null // Fastify tells of the first how long it would be.
  })
}

function hashOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
}

/** By weak comparison: a proxy that has compressed an answer has made its `ETag` weak. */
function knows(known: string | undefined, etag: string): boolean {
  if (known === undefined) return false
  return known.trim() === '*' || [...known.matchAll(/"[^"]*"/g)].some(([one]) => one === etag)
}
