import { expect, test, vi } from 'vitest'
import { Ringback } from './client.ts'
import { isRingbackError } from './error.ts'
import type { RingbackOptions } from './request.ts'
import { noWait, startScripted, startServer } from './testing/server.ts'

function clientOf(url: string, options: Partial<RingbackOptions> = {}) {
  const { wait, waits } = noWait()
  return { waits, ringback: new Ringback({ url, token: 'secret', wait, ...options }) }
}

const problem = (status: number, code: string) => ({
  type: `/problems/${code}`,
  title: code,
  status,
  detail: `Why it is ${code}`,
  instance: '/x',
  code,
})
const promise = { userId: '1', scheduledFor: '2031-11-23T15:00:00Z' }

test('a request carries path, query, body and token; an answer is its body', async () => {
  const { url, asked } = await startScripted({ status: 201, body: { userId: 'a b' } })
  const { ringback } = clientOf(`${url}/behind/a/proxy/`)
  expect(await ringback.users.put('a/b', { name: 'N' })).toEqual({ userId: 'a b' })
  expect(asked[0]).toMatchObject({
    method: 'PUT',
    url: '/behind/a/proxy/api/users/a%2Fb',
    headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
    body: '{"name":"N"}',
  })
  await ringback.callbacks.list({ status: ['pending', 'accepted'], limit: 5 }).first()
  expect(asked[1]!.url).toBe('/behind/a/proxy/api/callbacks?status=pending&status=accepted&limit=5')
})

test('an answer without a body is undefined, and CSV is text', async () => {
  const { url } = await startServer((response, number) => {
    if (number === 0) response.writeHead(204).end()
    else response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' }).end('a,b\n')
  })
  const { ringback } = clientOf(url)
  expect(await ringback.nextCall.claim(7)).toBeUndefined()
  const from = '2026-03-02T00:00:00Z'
  expect(await ringback.reports.listReportedPromises({ from, to: from })).toBe('a,b\n')
})

test('a refusal is an error with the code of the problem, and is not tried again', async () => {
  const { url, asked } = await startScripted({
    status: 409,
    body: problem(409, 'callback-not-pending'),
    headers: { 'x-request-id': 'r1' },
  })
  const { ringback, waits } = clientOf(url)
  const error: unknown = await ringback.callbacks.accept({ callbackId: 'x', agentId: 7 }).catch((thrown) => thrown)
  expect(error).toMatchObject({
    name: 'RingbackError',
    message: 'Why it is callback-not-pending',
    status: 409,
    requestId: 'r1',
    problem: { instance: '/x' },
  })
  expect(isRingbackError(error, 'callback-not-found')).toBe(false)
  // What the compiler makes of it: a code that is none, or not one of those that were asked for, would not pass.
  if (!isRingbackError(error, 'callback-not-pending', 'owner-only')) throw error
  const code: 'callback-not-pending' | 'owner-only' = error.code
  expect(code).toBe('callback-not-pending')
  expect([asked.length, waits]).toEqual([1, []])
})

test.each([429, 502, 503, 504])(
  'after %i a POST is sent again, with the same key and a growing distance',
  async (status) => {
    const failing = { status, body: problem(status, 'rate-limited') }
    const { url, asked } = await startScripted(failing, failing, failing, { status: 200, body: {} })
    const { ringback, waits } = clientOf(url)
    await ringback.callbacks.schedule(promise)
    const keys = asked.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual(Array(4).fill(expect.stringMatching(/^[0-9a-f]{32}$/)))
    expect(new Set(keys).size).toBe(1)
    const full = [250, 500, 1_000]
    expect(waits).toHaveLength(3)
    for (const [index, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(full[index]! / 2)
      expect(ms).toBeLessThanOrEqual(full[index]!)
    }
  },
)

test('every POST has a key of its own, or the one that it was given; what is no POST has none', async () => {
  const { url, asked } = await startScripted({ status: 200, body: {} })
  const { ringback } = clientOf(url)
  await ringback.callbacks.schedule(promise)
  await ringback.callbacks.schedule(promise)
  await ringback.callbacks.schedule(promise, { idempotencyKey: 'mine', headers: { 'x-more': '1' } })
  await ringback.users.put('1', { name: 'N' })
  const [first, second, third, put] = asked.map(({ headers }) => headers['idempotency-key'])
  expect(second).not.toBe(first)
  expect([third, put]).toEqual(['mine', undefined])
  expect(asked[2]!.headers['x-more']).toBe('1')
})

test('keys need nothing that a page over plain HTTP does not have', async () => {
  const { url, asked } = await startScripted({ status: 200, body: {} })
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  try {
    await clientOf(url).ringback.callbacks.schedule(promise)
  } finally {
    vi.unstubAllGlobals()
  }
  expect(asked[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
})

test('without a key a POST is sent again only when nothing can have been done', async () => {
  const { url, asked } = await startScripted(
    { status: 429, body: problem(429, 'rate-limited') },
    { status: 503, body: problem(503, 'database-unavailable') },
  )
  const { ringback } = clientOf(url)
  const sent = ringback.callbacks.schedule(promise, { idempotencyKey: null })
  await expect(sent).rejects.toMatchObject({ code: 'database-unavailable' })
  expect(asked.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined, undefined])
})

test('Retry-After is waited for, and told when it is longer than anybody waits', async () => {
  const limited = (seconds: string) => ({
    status: 429,
    body: problem(429, 'too-many-callbacks-created'),
    headers: { 'retry-after': seconds },
  })
  const { url, asked } = await startScripted(limited('7'), limited('3600'))
  const { ringback, waits } = clientOf(url)
  await expect(ringback.callbacks.schedule(promise)).rejects.toMatchObject({
    code: 'too-many-callbacks-created',
    retryAfterSeconds: 3600,
  })
  expect(asked).toHaveLength(2)
  expect(waits).toEqual([expect.any(Number)])
  expect(waits[0]).toBeGreaterThanOrEqual(7_000)
  expect(waits[0]).toBeLessThan(7_300)
})

test('who stays away is unreachable, after four tries', async () => {
  const { url, stop } = await startScripted({ status: 200 })
  await stop()
  const { ringback, waits } = clientOf(url)
  await expect(ringback.queues.list()).rejects.toMatchObject({
    code: 'unreachable',
    status: undefined,
    message: 'GET /api/queues: ECONNREFUSED',
  })
  expect(waits).toHaveLength(3)
})

test('an answer that does not come is given up, and asked for again', async () => {
  const { url, asked } = await startServer((response, number) => {
    if (number === 1) response.writeHead(200, { 'content-type': 'application/json' }).end('{"queues":[]}')
  })
  const { ringback } = clientOf(url, { timeoutMs: 100 })
  expect(await ringback.queues.list()).toEqual({ queues: [] })
  expect(asked).toHaveLength(2)
})

test('an answer that breaks off is asked for again', async () => {
  const { url, asked } = await startServer((response, number) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '13' })
    if (number === 0) response.write('{"que', () => response.destroy())
    else response.end('{"queues":[]}')
  })
  expect(await clientOf(url).ringback.queues.list()).toEqual({ queues: [] })
  expect(asked).toHaveLength(2)
})

test('what is no answer of the API says so', async () => {
  const { url } = await startScripted({ status: 403, body: '<html>', headers: { 'content-type': 'text/html' } })
  await expect(clientOf(url).ringback.queues.list()).rejects.toMatchObject({ code: 'unexpected-answer', status: 403 })
})

test('a signal ends a request, be it sent or waiting', async () => {
  const { url, asked } = await startScripted({ status: 503, body: problem(503, 'database-unavailable') })
  const stopped = AbortSignal.abort(new Error('stopped'))
  const { ringback } = clientOf(url)
  await expect(ringback.queues.list({ signal: stopped })).rejects.toThrow('stopped')
  expect(asked).toHaveLength(0)

  const stopping = new AbortController()
  const waiting = new Ringback({ url, token: 'secret' }).queues.list({ signal: stopping.signal })
  await expect.poll(() => asked.length).toBeGreaterThan(0)
  stopping.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test('without a token there is no header for it: on a page of the API its session holds', async () => {
  const { url, asked } = await startScripted(
    { status: 200, body: [] },
    { status: 401, body: problem(401, 'unauthorized') },
  )
  const { ringback } = clientOf(url, { token: undefined })
  await ringback.queues.list()
  await expect(ringback.queues.list()).rejects.toMatchObject({ code: 'unauthorized', status: 401 })
  expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined])
})

test('without a URL it asks where the page came from', async () => {
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return new Response(null, { status: 204 })
  }
  const ringback = new Ringback({ url: '', fetch })
  await ringback.session.signOut()
  await ringback.agents.heartbeat(7)
  expect(asked).toEqual(['/api/session', '/api/agents/7/heartbeat'])
})

test('a token that was refused is asked for once more', async () => {
  const { url, asked } = await startScripted(
    { status: 401, body: problem(401, 'unauthorized') },
    { status: 200, body: { queues: [] } },
  )
  const wanted: boolean[] = []
  const token = async ({ refused }: { refused: boolean }) => {
    wanted.push(refused)
    return refused ? 'new' : 'old'
  }
  const { ringback, waits } = clientOf(url, { token })
  expect(await ringback.queues.list()).toEqual({ queues: [] })
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new'])
  expect([wanted, waits]).toEqual([[false, true], []])
})

test('a token that is refused twice, or is only a text, ends it', async () => {
  const { url, asked } = await startScripted({ status: 401, body: problem(401, 'unauthorized') })
  await expect(clientOf(url, { token: () => 'old' }).ringback.queues.list()).rejects.toMatchObject({
    code: 'unauthorized',
  })
  expect(asked).toHaveLength(2)
  await expect(clientOf(url).ringback.queues.list()).rejects.toMatchObject({ code: 'unauthorized' })
  expect(asked).toHaveLength(3)
})

test('whoever gives no token is heard as it is', async () => {
  const { url, asked } = await startScripted({ status: 200 })
  const token = async () => {
    throw new Error('logged out')
  }
  await expect(clientOf(url, { token }).ringback.queues.list()).rejects.toThrow('logged out')
  expect(asked).toHaveLength(0)
})
