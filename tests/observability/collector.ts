import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A span, as far as tests look at it. */
export interface CollectedSpan {
  service: string
  traceId: string
  spanId: string
  /** Empty at the beginning of a trace. */
  parentSpanId: string
  name: string
  attributes: Record<string, unknown>
  links: string[]
}

interface Collector {
  endpoint: string
  spans: CollectedSpan[]
  /** The headers of what was sent last. */
  headers(): IncomingMessage['headers']
  /** Everything that has come, as it came. */
  text(): string
}

type Attributes = { key: string; value: Record<string, unknown> }[]
interface Sent {
  resourceSpans: {
    resource: { attributes: Attributes }
    scopeSpans: {
      spans: (Pick<CollectedSpan, 'traceId' | 'spanId' | 'name'> & {
        parentSpanId?: string
        attributes?: Attributes
        links?: { spanId: string }[]
      })[]
    }[]
  }[]
}

/** A collector of OpenTelemetry that keeps what it is sent (OTLP over HTTP, as JSON). It is gone when the test is. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const bodies: Sent[] = []
  let headers: IncomingMessage['headers'] = {}
  const server = createServer((request, response) => {
    void keep(request).then(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  })
  async function keep(request: IncomingMessage): Promise<void> {
    const body = (await json(request)) as Sent
    if (request.url !== '/v1/traces') return
    headers = request.headers
    bodies.push(body)
    spans.push(...spansOf(body))
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, spans, headers: () => headers, text: () => JSON.stringify(bodies) }
}

function spansOf({ resourceSpans }: Sent): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name'])
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId = '', name, attributes = [], links = [] }) => ({
        service,
        traceId,
        spanId,
        parentSpanId,
        name,
        attributes: valuesOf(attributes),
        links: links.map((link) => link.spanId),
      })),
    )
  })
}

function valuesOf(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

/** A trace as a tree: each span is its service and name, and what hangs under it, repeated ones once. */
export type Tree = { [span: string]: Tree }

/** What hangs under a span. */
export function treeUnder(spans: CollectedSpan[], parentSpanId: string): Tree {
  const tree: Tree = {}
  for (const span of spans.filter((one) => one.parentSpanId === parentSpanId)) {
    const name = `${span.service.replace('ringback-', '')}: ${span.name}`
    tree[name] = { ...tree[name], ...treeUnder(spans, span.spanId) }
  }
  return tree
}
