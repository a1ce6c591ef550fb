import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiProblem } from './problems/problem.ts'

/**
 * Refuses changes that a page of another site asks for: a browser sends the password along, whoever wrote the page.
 * Browsers tell by `Sec-Fetch-Site` what kind of page asks; where they do not, over plain HTTP, by `Origin` whose it is.
 * Programs send neither.
 */
export function refuseCrossSite(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (request) => {
    if (changesNothing(request) || isOfOwnPage(request)) return
    throw new ApiProblem('cross-site-request')
  })
}

/** Whether a request only reads. */
export function changesNothing({ method }: Pick<FastifyRequest, 'method'>): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method)
}

function isOfOwnPage({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = headers
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}
