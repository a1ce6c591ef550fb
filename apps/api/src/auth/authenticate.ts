import type { FastifyInstance } from 'fastify'
import { ApiProblem } from '../problems/problem.ts'
import type { FailedAttempts } from './failed-attempts.ts'
import { UnprovenBearer, type Access, type Principal } from './principal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set on every route behind a token. */
    principal: Principal
  }
  interface FastifyContextConfig {
    /** Roles that may use the route beside the supervisor. Every route behind a token declares it. */
    access?: Access
  }
}

/**
 * Puts every route of `scope` behind a token. Who may use which is declared where the route is; a route that does not
 * say is refused when it is registered.
 */
export function authenticate(
  scope: FastifyInstance,
  { readToken, failures }: { readToken: (token: string) => Promise<Principal>; failures: FailedAttempts },
): void {
  scope.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.access) throw new Error(`${String(method)} ${url} does not declare its access`)
  })

  scope.addHook('onRequest', async (request, reply) => {
    try {
      request.principal = await readToken(bearerToken(request.headers.authorization))
    } catch (error) {
      // A token that has expired is no attempt: an office of agents may have one address, and has to be told.
      if (error instanceof UnprovenBearer) await failures.add(request, reply)
      throw error
    }
  })

  // After the rate limit, which counts what is refused here too, and before the body is read.
  scope.addHook('preParsing', async (request) => {
    const { role, agentId } = request.principal
    if (role === 'supervisor') return
    if (!request.routeOptions.config.access?.includes(role)) {
      throw new ApiProblem('forbidden', `The role ${role} may not use this route`)
    }
    const { agentId: inPath } = request.params as { agentId?: string }
    if (role === 'agent' && inPath !== undefined && inPath !== String(agentId)) {
      throw new ApiProblem('forbidden', 'An agent acts for itself only')
    }
  })
}

function bearerToken(header: string | undefined): string {
  const token = /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1]
  if (!token) throw new UnprovenBearer('A bearer token is needed')
  return token
}
