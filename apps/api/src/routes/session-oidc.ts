import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Door } from '../auth/door.ts'
import { oidcAt, OidcError, type OidcSettings } from '../auth/oidc.ts'
import { longestCookie } from '../auth/session-cookie.ts'
import { addressOf } from '../openapi.ts'
import { ApiProblem } from '../problems/problem.ts'

const callbackPath = '/session/oidc/callback'

/**
 * Signing in at an identity provider: `GET /api/session/oidc` leads there, and the way back ends in a session. Where it leads
 * to none, it ends at `/sign-in`, with the kind of failure in `error` and a sentence in `reason`.
 */
export async function oidcRoutes(
  scope: FastifyInstance,
  { door, settings }: { door: Door; settings: OidcSettings },
): Promise<void> {
  const oidc = oidcAt(settings)
  const hidden = { schema: { hide: true } }
  const callbackOf = (request: FastifyRequest) => `${addressOf(request)}${scope.prefix}${callbackPath}`

  scope.get('/session/oidc', hidden, async (request, reply) => {
    try {
      const { url, pending } = await oidc.begin(callbackOf(request))
      door.cookies.keepPending(reply, pending)
      return await reply.redirect(url)
    } catch (error) {
      return backToSignIn(request, reply, error)
    }
  })

  scope.get(callbackPath, hidden, async (request, reply) => {
    const pending = door.cookies.pendingIn(request)
    door.cookies.dropPending(reply)
    try {
      const callback = new URL(callbackOf(request))
      callback.search = request.url.split('?')[1] ?? ''
      const token = await oidc.finish(callback, pending)
      if (token.length > longestCookie) {
        const reason = `The token of the identity provider has ${token.length} characters; at most ${longestCookie} fit into a session`
        throw new OidcError('token-refused', reason)
      }
      const { expiresAt, role, agentId } = await door.readToken(token)
      door.cookies.keep(reply, token, expiresAt)
      request.log.info({ role, agentId }, 'signed in at the identity provider')
      return await reply.redirect(`${pathOf(request)}/`)
    } catch (error) {
      return backToSignIn(request, reply, error)
    }
  })
}

function backToSignIn(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const why = failureOf(error)
  if (!why) throw error
  const { cause } = why
  const { code, error: oauthError } = (cause ?? {}) as { code?: string; error?: string }
  request.log.warn(
    { failure: why.failure, reason: why.message, code, oauthError },
    'nobody signed in at the identity provider',
  )
  const query = new URLSearchParams({ error: why.failure, reason: why.message })
  return reply.redirect(`${pathOf(request)}/sign-in?${query.toString()}`)
}

function failureOf(error: unknown): OidcError | undefined {
  if (error instanceof OidcError) return error
  if (!(error instanceof ApiProblem)) return undefined
  return new OidcError(error.code === 'unauthorized' ? 'token-refused' : 'provider-unavailable', error.message)
}

/** Where pages are, when a proxy has put them below a path. */
function pathOf({ server: { publicUrl } }: FastifyRequest): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '')
}
