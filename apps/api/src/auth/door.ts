import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { tokenRulesOf, type ApiConfig } from '../config.ts'
import { changesNothing, pageOf } from '../cross-site.ts'
import { ApiProblem } from '../problems/problem.ts'
import { followKeySet } from './key-set.ts'
import { UnprovenBearer, type Principal } from './principal.ts'
import { sessionCookies, type SessionCookies } from './session-cookie.ts'
import { tokenReader } from './tokens.ts'

/** By what people and programs come in: the same for the API, for sessions and for Bull Board. */
export interface Door {
  /** @throws ApiProblem `unauthorized`, `token-keys-unavailable` */
  readToken(token: string): Promise<Principal>
  /**
   * Who asks: by the token of the `Authorization` header, else by that of the session.
   *
   * @throws ApiProblem what `readToken` throws; `cross-site-request` when a session is to change something and no page of
   *   ours asks
   */
  bearerOf(request: FastifyRequest): Promise<Principal>
  cookies: SessionCookies
}

export async function openDoor(
  app: FastifyInstance,
  { config, log }: { config: ApiConfig; log: Logger },
): Promise<Door> {
  const rules = tokenRulesOf(config)
  const publishedKeys = rules.keySet && followKeySet(rules.keySet.url, log)
  app.addHook('onClose', () => publishedKeys?.stop())
  const readToken = tokenReader(rules, publishedKeys)
  const cookies = await sessionCookies(app, config.PUBLIC_URL)

  return {
    readToken,
    cookies,
    async bearerOf(request) {
      const { authorization } = request.headers
      if (authorization !== undefined) return readToken(bearerToken(authorization))
      const token = cookies.tokenIn(request)
      if (token === undefined) throw new UnprovenBearer('A bearer token is needed, or a session')
      // A browser sends the cookie along. That a page of ours asks must be said: whoever is silent has a header to say it by.
      if (!changesNothing(request) && pageOf(request) !== 'own') throw new ApiProblem('cross-site-request')
      return readToken(token)
    },
  }
}

function bearerToken(header: string): string {
  const token = /^Bearer +([^\s]+) *$/i.exec(header)?.[1]
  if (!token) throw new UnprovenBearer('A bearer token is needed')
  return token
}
