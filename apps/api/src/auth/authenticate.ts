import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiProblem } from '../problems/problem.ts'
import { takeHeaders, deskHeaders } from '../schemas/headers.ts'
import type { Door } from './door.ts'
import type { FailedAttempts } from './failed-attempts.ts'
import { mayUse, principalOf, requireSelf, UnprovenBearer, type Access, type Principal } from './principal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set on every route behind a token. */
    principal: Principal
  }
  interface FastifyContextConfig {
    /** Who may use the route; what the other roles may, follows (`mayUse`). Every route behind a token declares it. */
    access?: Access
  }
}

/**
 * Puts every route of `scope` behind a token, in a header or in a session. Who may use which is declared where the route
 * is; a route that does not say is refused when it is registered.
 */
export function authenticate(
  scope: FastifyInstance,
  { door, failures }: { door: Door; failures: FailedAttempts },
): void {
  scope.addHook('onRoute', (route) => {
    const { method, url, config } = route
    if (!config?.access) throw new Error(`${String(method)} ${url} does not declare its access`)
    if (config.access.includes('agent')) takeHeaders(route, deskHeaders)
  })

  scope.addHook('onRequest', async (request, reply) => {
    try {
      request.principal = await door.bearerOf(request)
    } catch (error) {
      // A token that has expired is no attempt: an office of agents may have one address, and has to be told.
      if (error instanceof UnprovenBearer) await failures.add(request, reply)
      throw error
    }
  })

  // After the rate limit, which counts what is refused here too, and before the body is read.
  scope.addHook('preParsing', async (request) => {
    const { role, agentId } = request.principal
    const { access = [] } = request.routeOptions.config
    if (!mayUse(role, { access, method: request.method })) {
      throw new ApiProblem('forbidden', `The role ${role} may not use this route`)
    }
    const { agentId: inPath } = request.params as { agentId?: string }
    if (role === 'agent' && inPath !== undefined && inPath !== String(agentId)) {
      throw new ApiProblem('forbidden', 'An agent acts for itself only')
    }
  })

  // Now that all of the request has been read. From here on it is that agent's: what it may do, and its limits and keys.
  scope.addHook('preHandler', async (request) => {
    if (request.principal.role !== 'desk') return
    request.principal = principalOf({ ...request.principal, agentId: agentOfDesk(request) })
    requireSelf(request.principal, namedIn(request.params))
  })
}

/**
 * The agent for whom a desk acts: the one that the header names, else the path, the query string or the body.
 *
 * @throws ApiProblem `agent-not-named`
 */
function agentOfDesk({ headers, params, query, body }: FastifyRequest): number {
  const named = headers['ringback-agent'] as number | undefined
  const agentId = named ?? namedIn(params) ?? namedIn(query) ?? namedIn(body)
  if (agentId !== undefined) return agentId
  throw new ApiProblem('agent-not-named', 'The desk does not say for which agent it acts: name it in Ringback-Agent')
}

function namedIn(part: unknown): number | undefined {
  return (part as { agentId?: number | null } | null | undefined)?.agentId ?? undefined
}
