import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { drainRequests } from './drain.ts'

test.each([
  ['before it is known who asks', 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'],
  [
    'while it is at work',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
  ],
])('a request whose client goes %s keeps nobody from closing', async (when, request) => {
  // Closing takes no longer than it may; waiting for the request would.
  const app = fastify({ pluginTimeout: 5_000 })
  drainRequests(app)
  const { promise: isThere, resolve: there } = Promise.withResolvers<Socket>()
  const { promise: isGone, resolve: gone } = Promise.withResolvers<void>()
  const untilGone = async (socket: Socket) => {
    there(socket)
    await isGone
  }
  if (when.startsWith('before')) app.addHook('onRequest', ({ raw }) => untilGone(raw.socket))
  app.route({
    method: ['GET', 'POST'],
    url: '/',
    handler: async ({ raw }) => {
      await untilGone(raw.socket)
      return 'done'
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })

  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  client.write(request)
  const closed = once(await isThere, 'close')
  client.destroy()
  await closed
  gone()
  await expect(app.close()).resolves.toBeUndefined()
})
