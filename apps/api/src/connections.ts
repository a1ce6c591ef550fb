import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import process from 'node:process'
import type { FastifyInstance } from 'fastify'

/** The rest is for Postgres, Redis, and what else the process opens. */
const shareOfOpenFiles = 0.75

/**
 * Keeps at most `most` connections open, and fewer where the process may not open as many files. When all are taken, the
 * one that has been without a request for longest makes room: whoever only holds connections keeps nobody out.
 */
export function limitConnections(server: Server, most: number): void {
  const limit = Math.max(1, Math.min(most, Math.floor(openFilesAllowed() * shareOfOpenFiles)))
  const open = new Set<Socket>()
  const withoutRequest = new Set<Socket>()

  server.maxConnections = limit
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    withoutRequest.add(socket)
    socket.once('close', () => forget(socket))
    // One is always free: what comes when none is, Node turns away before anybody is asked.
    if (open.size >= limit) end(withoutRequest.values().next().value)
  })
  server.on('request', ({ socket }, response) => {
    withoutRequest.delete(socket)
    response.once('close', () => {
      if (open.has(socket)) withoutRequest.add(socket)
    })
  })

  function end(socket: Socket | undefined): void {
    if (socket === undefined) return
    forget(socket)
    socket.destroy()
  }

  function forget(socket: Socket): void {
    open.delete(socket)
    withoutRequest.delete(socket)
  }
}

/** Ends a connection with its answer when the body of the request was not read: nobody is going to. */
export function closeUnread(app: FastifyInstance): void {
  app.addHook('onSend', async ({ raw }, reply) => {
    if (isBodyToCome(raw)) reply.header('connection', 'close')
  })
}

/** Whether a request has a body that has not come to its end yet. */
export function isBodyToCome({ headers, complete }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return hasBody && !complete
}

function openFilesAllowed(): number {
  // Otherwise the report asks for the name of every address that is connected, and waits. The types do not know of it.
  Object.assign(process.report, { excludeNetwork: true })
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | 'unlimited' } } }
  const allowed = userLimits?.open_files?.soft
  return typeof allowed === 'number' ? allowed : Infinity
}
