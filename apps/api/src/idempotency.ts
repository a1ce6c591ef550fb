import { actingAs, answerOnce, type Answer, type Deps } from '@ringback/core'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { z } from 'zod'
import { actorOf } from './auth/principal.ts'
import { takeHeaders } from './schemas/headers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the handler works with, as whoever asks: under an idempotency key, everything it does is one transaction. */
    deps: Deps
  }
  interface FastifyContextConfig {
    /** `by-run` is for the tick, which commits as it goes and is known by its run. */
    idempotency?: 'by-run'
    /** The field of the answer that is shown this one time: the same answer again, by its key, has null there. */
    shownOnce?: string
  }
}

const idempotencyHeaders = {
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')
    .optional()
    .meta({ description: 'A key of your choice: the same request with the same key has one effect and one answer' }),
}

/**
 * Lets every POST of `scope` carry an `Idempotency-Key`. The answer is stored in the transaction of the effect; the
 * same request with the same key gets it again. Refusals change nothing and are not stored.
 *
 * Handlers use `request.deps` and return their body instead of sending it.
 */
export function answerPostsOnce(scope: FastifyInstance, deps: Deps): void {
  // Made when it is asked for: most claims share the work of a batch and need none.
  const madeOf = new WeakMap<FastifyRequest, Deps>()
  scope.decorateRequest('deps', {
    getter() {
      const made = madeOf.get(this) ?? actingAs(deps, actorOf(this.principal))
      madeOf.set(this, made)
      return made
    },
    setter(made: Deps) {
      madeOf.set(this, made)
    },
  })
  scope.addHook('onRoute', (route) => {
    if (route.method !== 'POST') return
    takeHeaders(route, idempotencyHeaders)
    if (route.config?.idempotency !== 'by-run') route.handler = once(route.handler)
  })
}

/** The key of a request, if it has one. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  return request.headers['idempotency-key'] as string | undefined
}

function once(handler: RouteHandlerMethod): RouteHandlerMethod {
  return async function handleOnce(request, reply) {
    const key = idempotencyKeyOf(request)
    if (key === undefined) return handler.call(this, request, reply)

    const fingerprint = JSON.stringify([request.method, request.url, request.body ?? null])
    let fresh: Answer | undefined
    const answer = await answerOnce(
      request.deps,
      { subject: request.principal.subject, key, fingerprint },
      async (unitDeps) => {
        request.deps = unitDeps
        reply.code(200)
        fresh = written(reply, await handler.call(this, request, reply))
        return fresh
      },
    )
    if (answer !== fresh) reply.header('idempotency-replayed', 'true')
    reply.code(answer.status)
    if (answer.body === '') return reply.send()
    return reply.type('application/json').send(answer.body)
  }
}

/** The answer as it goes over the wire. */
function written(reply: FastifyReply, body: unknown): Answer {
  if (body === undefined) return { status: reply.statusCode, body: '' }
  const { shownOnce } = reply.routeOptions.config
  const serialize = reply.getSerializationFunction(String(reply.statusCode), 'application/json')
  if (!serialize) throw new Error(`The answer ${reply.statusCode} of ${reply.routeOptions?.url} is not declared`)
  const text = serialize(body as Record<string, unknown>)
  const storedBody = shownOnce === undefined ? text : serialize({ ...(body as object), [shownOnce]: null })
  return { status: reply.statusCode, body: text, storedBody, userId: userIn(body) }
}

/** The user of whom an answer tells. In answers a user is known by `userId`, and none tells of two. */
function userIn(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null) return undefined
  if ('userId' in part && typeof part.userId === 'string') return part.userId
  for (const smaller of Object.values(part)) {
    const userId = userIn(smaller)
    if (userId !== undefined) return userId
  }
  return undefined
}
