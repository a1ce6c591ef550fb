import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isBodyToCome } from './connections.ts'

/**
 * Lets the requests at work be answered before the API closes. New ones are refused from then on, and each answer ends
 * its connection, so that no client sends another request into a connection that is about to go. A request whose body
 * has not come yet is not at work: nothing has been done for it, and it may never come.
 */
export function drainRequests(app: FastifyInstance): void {
  const atWork = new Set<FastifyRequest>()
  const over = new WeakSet<FastifyRequest>()
  let isClosing = false
  let whenDrained = () => {}

  function isAtWork(request: FastifyRequest): void {
    if (!over.has(request)) atWork.add(request)
  }

  function isOver(request: FastifyRequest): void {
    over.add(request)
    atWork.delete(request)
    if (atWork.size === 0) whenDrained()
  }

  app.addHook('onRequest', async (request, reply) => {
    // Of one whose client has gone there is no answer.
    reply.raw.once('close', () => isOver(request))
    if (!isBodyToCome(request.raw)) isAtWork(request)
  })
  app.addHook('preValidation', async (request) => isAtWork(request))
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
  app.addHook('onResponse', async (request) => isOver(request))
  app.addHook('preClose', async () => {
    isClosing = true
    if (atWork.size > 0) await new Promise<void>((resolve) => (whenDrained = resolve))
  })
}
