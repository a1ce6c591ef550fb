import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { publicLookup, type Resolve } from './lookup.ts'
import { post, PostAborted } from './post.ts'

let connections: number
let server: ReturnType<typeof createServer>
let port: number
beforeEach(async () => {
  connections = 0
  server = createServer((_request, response) => void response.end())
  server.on('connection', () => (connections += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ;({ port } = server.address() as AddressInfo)
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const never = new AbortController().signal
const send = (
  url: string,
  options: { isPrivateAllowed?: boolean; resolve?: Resolve; timeoutMs?: number } = {},
  signal = never,
) =>
  post(
    { url, headers: {}, body: '{}' },
    { isPrivateAllowed: false, timeoutMs: 5_000, now: () => new Date(), ...options },
    signal,
  )

test('nothing is sent to an address that is none of the internet, whatever stood in the database', async () => {
  expect(await send(`https://127.0.0.1:${port}/`)).toMatchObject({
    kind: 'failed',
    status: null,
    error: 'its address 127.0.0.1 is none of the internet',
  })
  expect(await send(`https://[::1]:${port}/`)).toMatchObject({ error: 'its address ::1 is none of the internet' })
  expect(await send(`https://[::ffff:127.0.0.1]:${port}/`)).toMatchObject({ kind: 'failed' })
  expect(await send('https://169.254.169.254/latest/meta-data')).toMatchObject({ kind: 'failed' })
  expect(await send(`http://crm.example.com:${port}/`)).toMatchObject({ error: 'only https:// is allowed' })
  expect(connections).toBe(0)
})

test('nothing is sent to a name that leads to such an address, nor to one that did not the first time', async () => {
  const answers = [['8.8.8.8'], ['127.0.0.1']]
  const asked: string[] = []
  const resolve: Resolve = async (hostname) => {
    asked.push(hostname)
    return answers.shift() ?? ['127.0.0.1']
  }
  // Whoever looks a name up twice is told another address the second time. What is connected to was looked up once.
  expect(await resolve('rebind.example.com')).toEqual(['8.8.8.8'])
  expect(await send(`https://rebind.example.com:${port}/`, { resolve })).toMatchObject({
    kind: 'failed',
    error: 'its address 127.0.0.1 is none of the internet',
  })
  expect(asked).toHaveLength(2)
  expect(connections).toBe(0)
})

test('of several addresses only those of the internet are connected to', async () => {
  const lookup = publicLookup(async () => ['10.0.0.1', '8.8.8.8', '2606:4700::1111', '::1'])
  const found = await new Promise((resolve) => {
    lookup('crm.example.com', { all: true }, (_error, addresses) => resolve(addresses))
  })
  expect(found).toEqual([
    { address: '8.8.8.8', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ])
  const first = await new Promise((resolve) => {
    lookup('crm.example.com', {}, (_error, address, family) => resolve([address, family]))
  })
  expect(first).toEqual(['8.8.8.8', 4])
})

test('a name that nobody knows is a failure like others', async () => {
  const resolve: Resolve = async () => {
    throw Object.assign(new Error('queryA ENOTFOUND crm.example.com'), { code: 'ENOTFOUND' })
  }
  expect(await send('https://crm.example.com/', { resolve })).toMatchObject({ error: 'no connection: ENOTFOUND' })
})

test('where private addresses are allowed, so is http', async () => {
  expect(await send(`http://127.0.0.1:${port}/`, { isPrivateAllowed: true })).toEqual({
    kind: 'delivered',
    status: 200,
  })
  expect(await send(`http://localhost:${port}/`, { isPrivateAllowed: true })).toMatchObject({ kind: 'delivered' })
})

test('a receiver that says nothing has failed when its time is over', async () => {
  server.removeAllListeners('request')
  expect(await send(`http://127.0.0.1:${port}/`, { isPrivateAllowed: true, timeoutMs: 50 })).toMatchObject({
    kind: 'failed',
    status: null,
    error: 'no answer within 0.05 s',
  })
})

test('an answer without an end is cut off', async () => {
  server.removeAllListeners('request')
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  server.on('request', (_request, response) => {
    response.on('close', close)
    const write = () => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
      response.once('drain', write)
    }
    write()
  })
  expect(await send(`http://127.0.0.1:${port}/`, { isPrivateAllowed: true })).toMatchObject({ kind: 'delivered' })
  await closed
})

test('what this side ends has neither failed nor been taken', async () => {
  server.removeAllListeners('request')
  const stopping = new AbortController()
  server.on('request', () => stopping.abort())
  await expect(send(`http://127.0.0.1:${port}/`, { isPrivateAllowed: true }, stopping.signal)).rejects.toThrow(
    PostAborted,
  )
})
