import type { FastifyInstance } from 'fastify'

const refusalsOfStrangers = { max: 30, timeWindow: 60_000 }

/**
 * One line a request: the route and never its address, which may carry what nobody should log. Of those who have shown
 * no token, an address has so many refusals in the log in a minute, so that nobody can fill it.
 */
export function logRequests(app: FastifyInstance): void {
  const refusalsOf = app.createRateLimit(refusalsOfStrangers)

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { role, agentId } = request.principal ?? {}
    const { statusCode: status } = reply
    const line = {
      method: request.method,
      route: request.routeOptions.url,
      status,
      ms: Math.round(reply.elapsedTime),
      role,
      agentId,
      address: request.ip,
    }
    if (role === undefined && status >= 400 && status < 500) {
      const refusals = await refusalsOf(request)
      if (refusals.isAllowed || refusals.isExceeded) return
      if (refusals.remaining === 0)
        request.log.warn({ address: request.ip }, 'many refusals; no more are logged this minute')
    }
    request.log[status >= 400 ? 'info' : 'debug'](line, 'request')
  })
}
