import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openTestApi, type TestApi } from './testing/api.ts'
import { startApiProcess } from './testing/process.ts'
import { tokenOf } from './testing/tokens.ts'

let engine: TestEngine
let api: TestApi
let port: number
beforeAll(async () => {
  engine = await openTestEngine()
  api = await openTestApi({ API_REQUEST_TIMEOUT_SECONDS: '1' })
  await api.app.listen({ port: 0 })
  port = (api.app.server.address() as AddressInfo).port
})
afterAll(async () => {
  await api.close()
  await engine.close()
})

interface Connection {
  socket: Socket
  /** What has come. */
  answer: () => string
  closed: Promise<void>
}

async function connectTo(to: number): Promise<Connection> {
  const socket = connect(to, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  socket.on('error', () => {}) // A connection that is reset while the test still writes is what is tested.
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await once(socket, 'connect')
  return { socket, answer: () => answer, closed }
}

const json = 'Content-Type: application/json'
const request = (head: string[], body = '') => [...head, 'Host: localhost', '', body].join('\r\n')

/** Sends the head of a request with a body that never comes to its end, and bit by bit of that. */
function trickle({ socket }: Connection, head: string[]): void {
  socket.write(request([...head, json]))
  const timer = setInterval(() => socket.write('2\r\n  \r\n'), 20)
  socket.once('close', () => clearInterval(timer))
}

const post = ['POST /api/callbacks HTTP/1.1', 'Transfer-Encoding: chunked']
const bearer = async () => `Authorization: Bearer ${await tokenOf.service()}`

test('a body without a token is not waited for: the refusal ends the connection', async () => {
  const one = await connectTo(port)
  trickle(one, post)
  await one.closed
  expect(one.answer()).toMatch(/^HTTP\/1\.1 401 /)
  expect(one.answer()).toMatch(/\r\nconnection: close\r\n/i)
})

test('neither does an answer that needs no body wait for one', async () => {
  const one = await connectTo(port)
  trickle(one, ['GET /healthz HTTP/1.1', 'Content-Length: 100000'])
  await one.closed
  expect(one.answer()).toMatch(/^HTTP\/1\.1 200 /)
})

test('a connection stays open when there is no body, and when it was read', async () => {
  const one = await connectTo(port)
  one.socket.write('GET /api/agents HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await expect.poll(one.answer).toMatch(/^HTTP\/1\.1 401 /)
  one.socket.write(request(['PUT /api/users/1 HTTP/1.1', await bearer(), json, 'Content-Length: 2'], '{}'))
  await expect.poll(one.answer).toMatch(/HTTP\/1\.1 400 /)
  expect(one.answer()).not.toMatch(/connection: close/i)
})

test.each([
  ['headers', async () => ['GET /healthz HTTP/1.1\r\nHost: localhost\r\n']],
  ['a body', async () => [request([...post, await bearer(), json])]],
  ['anything', async () => []],
])('a client that does not come to the end of %s in time is sent away', async (_what, parts) => {
  const one = await connectTo(port)
  for (const part of await parts()) one.socket.write(part)
  await one.closed
  expect(one.answer()).toMatch(/^HTTP\/1\.1 408 .*"code":"request-incomplete"/s)
})

test('whoever only holds connections keeps nobody out, however many, and files are left to open', async () => {
  const guarded = startApiProcess(engine, {}, { openFiles: 1_024 })
  const url = await guarded.url()
  const idle: Connection[] = []
  for (let count = 0; count < 1_100; count++) idle.push(await connectTo(Number(new URL(url).port)))
  for (let asked = 0; asked < 5; asked++) {
    const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } })
    expect(answer.status).toBe(200)
  }
  expect(guarded.output.log).not.toContain('EMFILE')
})

test('a request at work is no connection that makes room', async () => {
  await using small = await openTestApi({ API_MAX_CONNECTIONS: '3' })
  await small.app.listen({ port: 0 })
  const to = (small.app.server.address() as AddressInfo).port
  const userId = await small.engine.addUser()
  const body = JSON.stringify({ name: 'Renamed' })
  const rename = await connectTo(to)
  await small.engine.sql.begin(async (tx) => {
    await tx`select from users where id = ${userId} for update`
    const head = [`PUT /api/users/${userId} HTTP/1.1`, await bearer(), json, `Content-Length: ${body.length}`]
    rename.socket.write(request(head, body))
    await small.engine.untilWaiting(1)
    const others: Connection[] = []
    for (let count = 0; count < 4; count++) others.push(await connectTo(to))
    await others[0]!.closed
    others[3]!.socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await expect.poll(others[3]!.answer).toMatch(/^HTTP\/1\.1 200 /)
  })
  await expect.poll(rename.answer).toMatch(/^HTTP\/1\.1 200 /)
})

test('the way down waits for no body', async () => {
  const stopping = startApiProcess(engine, { API_REQUEST_TIMEOUT_SECONDS: '300' })
  const url = await stopping.url()
  const one = await connectTo(Number(new URL(url).port))
  trickle(one, [...post, await bearer(), 'Expect: 100-continue'])
  // It is asked for the body: the request is there, and its token was read.
  await expect.poll(one.answer).toContain('100 Continue')
  stopping.signal('SIGTERM')
  expect(await stopping.exited).toEqual([0, null])
  expect(stopping.output.log).not.toContain('killed by timeout')
})
