import { useSignInCode, type Engine } from '@ringback/core'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Door } from '../auth/door.ts'
import { failedAttempts } from '../auth/failed-attempts.ts'
import { UnprovenBearer, type Principal } from '../auth/principal.ts'
import { signToken } from '../auth/sign-token.ts'
import { tokenRulesOf, type ApiConfig } from '../config.ts'
import { refuseCrossSite } from '../cross-site.ts'
import { ApiProblem } from '../problems/problem.ts'
import { answers, answersNothing, refusalsWithoutToken } from '../schemas/problem.ts'
import { session, sessionOptions, signInBody } from '../schemas/session.ts'

const tags = ['Session']
const noQuery = z.strictObject({})
/** A day at work; whoever is there for longer signs in again. */
const longestSessionHours = 12

const whyRefused = {
  unknown: 'There is no such code',
  over: 'The code has expired',
  spent: 'The code has been used',
}

export interface SessionRouteOptions {
  engine: Engine
  config: ApiConfig
  door: Door
}

/**
 * Signing in and out for people in a browser. A session is the bearer's token in a cookie: it opens what the token opens, and
 * ends with it.
 */
export const sessionRoutes: FastifyPluginAsyncZod<SessionRouteOptions> = async (scope, { engine, config, door }) => {
  const { deps, clock } = engine
  const { secrets, maxHours } = tokenRulesOf(config)
  const failures = failedAttempts(scope, config.AUTH_FAILURES_PER_MINUTE)
  refuseCrossSite(scope)

  scope.get(
    '/session/options',
    {
      schema: {
        operationId: 'getSessionOptions',
        summary: 'How one can sign in',
        tags,
        querystring: noQuery,
        response: {
          200: answers('How one can sign in', sessionOptions),
          ...refusalsWithoutToken('invalid-request', 'internal-error'),
        },
      },
    },
    async () => ({ oidc: config.AUTH_OIDC_ISSUER !== undefined }),
  )

  scope.get(
    '/session',
    {
      schema: {
        operationId: 'getSession',
        summary: 'Who has signed in',
        description: 'Tells it of the token in the header as well, if there is one.',
        tags,
        querystring: noQuery,
        response: {
          200: answers('Who has signed in', session),
          ...refusalsWithoutToken(
            'invalid-request',
            'unauthorized',
            'rate-limited',
            'internal-error',
            'token-keys-unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      request.principal = await proven(request, reply, () => door.bearerOf(request))
      return answerOf(request.principal)
    },
  )

  scope.post(
    '/session',
    {
      schema: {
        operationId: 'signIn',
        summary: 'Sign in by a code or a token',
        description:
          'The session is a cookie that no script can read, and that browsers send to the origin it came from alone. It opens what the token opens, and ends with it. Where there is an `Authorization` header, that one holds.',
        tags,
        querystring: noQuery,
        body: signInBody,
        response: {
          200: answers('Who has signed in', session),
          ...refusalsWithoutToken(
            'invalid-request',
            'malformed-request',
            'malformed-json',
            'unauthorized',
            'sign-in-code-invalid',
            'cross-site-request',
            'body-too-large',
            'unsupported-media-type',
            'rate-limited',
            'internal-error',
            'database-unavailable',
            'token-keys-unavailable',
            'request-timed-out',
          ),
        },
      },
    },
    async (request, reply) => {
      const { body } = request
      const token = 'token' in body ? body.token : await proven(request, reply, () => tokenFor(body.code))
      request.principal = await proven(request, reply, () => door.readToken(token))
      door.cookies.keep(reply, token, request.principal.expiresAt)
      return answerOf(request.principal)
    },
  )

  scope.delete(
    '/session',
    {
      schema: {
        operationId: 'signOut',
        summary: 'Sign out',
        description: 'The browser forgets the session, if there is one. The token itself goes on to be valid.',
        tags,
        querystring: noQuery,
        response: {
          204: answersNothing('Nobody has signed in any more'),
          ...refusalsWithoutToken('invalid-request', 'cross-site-request', 'internal-error'),
        },
      },
    },
    async (_request, reply) => {
      door.cookies.drop(reply)
      reply.code(204)
    },
  )

  /** Counts what was shown and is none of ours; that nothing was shown is what a page asks first. */
  async function proven<T>(request: Parameters<Door['bearerOf']>[0], reply: FastifyReply, prove: () => Promise<T>) {
    try {
      return await prove()
    } catch (error) {
      const isShown = request.method === 'POST' || request.headers.authorization !== undefined
      const isGuess = error instanceof UnprovenBearer || error instanceof UnknownCode
      if (isGuess && (isShown || door.cookies.tokenIn(request) !== undefined)) await failures.add(request, reply)
      throw error
    }
  }

  /** A token for whoever the code was made for. */
  async function tokenFor(code: string): Promise<string> {
    await clock.ready()
    const use = await useSignInCode(deps.sql, { code, secrets, now: deps.clock.now() })
    if (use.kind === 'used') return signToken(secrets[0]!, use.bearer, Math.min(longestSessionHours, maxHours))
    if (use.because === 'unknown') throw new UnknownCode()
    throw new ApiProblem('sign-in-code-invalid', whyRefused[use.because])
  }
}

class UnknownCode extends ApiProblem {
  constructor() {
    super('sign-in-code-invalid', whyRefused.unknown)
  }
}

function answerOf({ role, agentId, sub, subject, expiresAt }: Principal): z.output<typeof session> {
  return {
    role,
    ...(role === 'agent' && { agentId }),
    ...(sub !== undefined && { sub }),
    subject,
    expiresAt: new Date(expiresAt),
  }
}
