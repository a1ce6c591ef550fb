import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface Asked {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}

/** An HTTP server for one test, which answers as `answer` does, by the number of the request from 0. */
export async function startServer(answer: (response: ServerResponse, number: number, asked: Asked) => void) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void take(request, response)
  })
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const one = { method: request.method, url: request.url, headers: request.headers, body: await text(request) }
    asked.push(one)
    answer(response, asked.length - 1, one)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections())
  onTestFinished(stop)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, stop }
}

export interface Scripted {
  status: number
  body?: object | string
  headers?: Record<string, string>
}

/** A server that gives one answer after the other, and the last one from then on. */
export function startScripted(...script: [Scripted, ...Scripted[]]) {
  return startServer((response, number) => {
    const { status, body, headers } = script[Math.min(number, script.length - 1)]!
    const type = status < 400 ? 'application/json' : 'application/problem+json'
    response.writeHead(status, { 'content-type': type, ...headers })
    response.end(typeof body === 'object' ? JSON.stringify(body) : body)
  })
}

/** A wait that is over at once, and remembered. */
export function noWait() {
  const waits: number[] = []
  return {
    waits,
    wait: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted()
      waits.push(ms)
    },
  }
}
