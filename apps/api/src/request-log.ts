import type { FastifyInstance } from 'fastify'

/** One line a request: the route and never its address, which may carry what nobody should log. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { role, agentId } = request.principal ?? {}
    const line = {
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      role,
      agentId,
    }
    request.log[reply.statusCode >= 400 ? 'info' : 'debug'](line, 'request')
  })
}
