import type { OpenSpan, Telemetry } from '@ringback/core'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** The request in its trace, when it is recorded. */
    span: OpenSpan | undefined
  }
}

/**
 * Tells of each request how long it took, by route and status, and makes it the beginning of a trace, or a step of that of
 * its client (`traceparent`).
 */
export function measureRequests(app: FastifyInstance, telemetry: Telemetry): void {
  app.decorateRequest('span', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    request.span = telemetry.open(request.method, headerOf(request.headers['traceparent']))
    if (request.span) request.span.within(done)
    else done()
  })
  // Whoever has read the body goes on outside of it.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.span) request.span.within(done)
    else done()
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, span } = request
    const route = request.routeOptions.url ?? 'none'
    const status = String(reply.statusCode)
    const labels = { http_request_method: method, http_route: route, http_response_status_code: status }
    span?.end(`${method} ${route}`, labelsOfSpan(labels), reply.statusCode >= 500 ? new Error(status) : undefined)
    // A stream lasts as long as its reader wants.
    const isStream = String(reply.getHeader('content-type')).startsWith('text/event-stream')
    if (!isStream) telemetry.observe('http_server_request_duration_seconds', labels, reply.elapsedTime / 1_000)
  })
}

function labelsOfSpan({
  http_request_method: method,
  http_route: route,
  http_response_status_code: status,
}: Record<'http_request_method' | 'http_route' | 'http_response_status_code', string>) {
  return { 'http.request.method': method, 'http.route': route, 'http.response.status_code': Number(status) }
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
