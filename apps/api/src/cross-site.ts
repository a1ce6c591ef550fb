import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiProblem } from './problems/problem.ts'

/**
 * Refuses changes that a page of another site asks for: a browser sends the password along, whoever wrote the page.
 * Browsers tell by `Sec-Fetch-Site` what kind of page asks; where they do not, over plain HTTP, by `Origin` whose it is.
 * Programs send neither.
 */
export function refuseCrossSite(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (request) => {
    if (changesNothing(request)) return
    const asking = pageOf(request)
    if (asking === 'another') throw new ApiProblem('cross-site-request')
  })
}

/** Whether a request only reads. */
export function changesNothing({ method }: Pick<FastifyRequest, 'method'>): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method)
}

/** What asks: a page of our own, a page of somebody else, or what does not say that it is a page. */
export function pageOf({ headers, host, server }: FastifyRequest): 'own' | 'another' | 'none' {
  const { origin, 'sec-fetch-site': site } = headers
  if (site !== undefined) {
    // Typed or bookmarked: by the person, and by no page.
    if (site === 'none') return 'none'
    return site === 'same-origin' ? 'own' : 'another'
  }
  if (origin === undefined) return 'none'
  if (!URL.canParse(origin)) return 'another'
  const { publicUrl } = server
  const isOurs = new URL(origin).host === host || (publicUrl !== undefined && new URL(publicUrl).origin === origin)
  return isOurs ? 'own' : 'another'
}
