import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SettingsError } from '@ringback/core'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.ts'

export interface MetricsServer {
  url: string
  close(): Promise<void>
}

/**
 * Serves metrics at `/metrics`, on a port that clients of the API have nothing to do with.
 *
 * @throws SettingsError when the port cannot be opened
 */
export async function serveMetrics(
  metrics: Pick<Metrics, 'tell'>,
  { host, port, log }: { host: string; port: number; log: Logger },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    answer(metrics, request, response).catch((error: unknown) => {
      log.warn({ err: error }, 'metrics not told')
      response.writeHead(500).end()
    })
  })
  server.requestTimeout = 10_000
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const problem = `${port} cannot be opened on ${host} (${code}); it must be a free port, another one for each process`
    throw new SettingsError(new Map([['METRICS_PORT', problem]]))
  }
  const { port: taken } = server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics`
  log.info({ url }, 'metrics served')
  return {
    url,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer(metrics: Pick<Metrics, 'tell'>, { method, url }: IncomingMessage, response: ServerResponse) {
  const isAsked = url?.split('?', 1)[0] === '/metrics'
  if (!isAsked) return void response.writeHead(404).end()
  if (method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end()
  const { contentType, body } = await metrics.tell()
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body)
}
