import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startProxy } from './proxy.ts'

test('what was sent while the network was slow is not overtaken when it is fast again', async () => {
  const server = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy = await startProxy((server.address() as AddressInfo).port)
  const client = connect(proxy.port, '127.0.0.1').setNoDelay().setEncoding('utf8')
  let heard = ''
  client.on('data', (text: string) => (heard += text))
  const echoes = async (text: string) => expect.poll(() => heard).toContain(text)

  client.write('here ')
  await echoes('here ')
  const held = proxy.hold('client', 'slow ')
  client.write('slow ')
  await held.reached
  proxy.set({ kind: 'delay', milliseconds: 100 })
  held.letGo()
  proxy.set({ kind: 'pass' })
  client.write('fast')
  await echoes('fast')
  expect(heard).toBe('here slow fast')

  client.destroy()
  await proxy.close()
  server.close()
})
