import { createServer, type IncomingMessage } from 'node:http'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { ApiUnavailable, createApiClient } from './api-client.ts'
import { seededRandom } from './random.ts'

interface Scripted {
  status: number
  body?: object
  headers?: Record<string, string>
}

/** A server that answers one request after the other as told, and the last answer from then on. */
async function startScripted(...script: [Scripted, ...Scripted[]]) {
  const requests: { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers'] }[] = []
  const server = createServer((request, response) => {
    const answer = script[Math.min(requests.length, script.length - 1)] ?? script[0]
    requests.push({ method: request.method, url: request.url, headers: request.headers })
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections())
  onTestFinished(stop)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { url: `http://127.0.0.1:${address.port}`, requests, stop }
}

/** A client whose waits are over at once, and remembered. */
function clientOf(apiUrl: string, signal: AbortSignal = new AbortController().signal) {
  const waits: number[] = []
  const sleep = async (ms: number) => {
    waits.push(ms)
  }
  const clock = { now: () => new Date(0), sleep, pause: sleep }
  const events: string[] = []
  const log = pino({}, { write: (line: string) => events.push(JSON.parse(line).msg) })
  return {
    waits,
    events,
    api: createApiClient({ apiUrl, token: async () => 'secret', clock, random: seededRandom(1), signal, log }),
  }
}

test('an answer is given with its status and body, the request carries the token', async () => {
  const { url, requests } = await startScripted({ status: 201, body: { id: 'x' } })
  const { api } = clientOf(url)
  expect(await api.put('/api/users/1', { name: 'N' })).toEqual({ ok: true, status: 201, body: { id: 'x' } })
  expect(requests[0]).toMatchObject({ method: 'PUT', url: '/api/users/1', headers: { authorization: 'Bearer secret' } })
})

test('an empty answer has no body', async () => {
  const { url } = await startScripted({ status: 204 })
  expect(await clientOf(url).api.delete('/x')).toEqual({ ok: true, status: 204, body: null })
})

test('a refusal is a value with its problem code and is not tried again', async () => {
  const { url, requests } = await startScripted({ status: 409, body: { code: 'callback-not-pending', status: 409 } })
  const { api, waits } = clientOf(url)
  expect(await api.post('/x', {})).toEqual({ ok: false, status: 409, code: 'callback-not-pending' })
  expect(requests).toHaveLength(1)
  expect(waits).toEqual([])
})

test('a failing server is asked again, with the same Idempotency-Key', async () => {
  const { url, requests } = await startScripted({ status: 503 }, { status: 500 }, { status: 200, body: {} })
  const { api, waits } = clientOf(url)
  expect((await api.post('/x', {})).ok).toBe(true)
  expect(requests).toHaveLength(3)
  expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  expect(waits).toHaveLength(2)
})

test('an outage is told once when it begins and once when it ends', async () => {
  const { url } = await startScripted({ status: 503 }, { status: 503 }, { status: 503 }, { status: 200, body: {} })
  const { api, events } = clientOf(url)
  await api.get('/x')
  await api.get('/x')
  expect(events).toEqual(['API unavailable, trying again', 'API is back'])
})

test('every POST has an Idempotency-Key of its own', async () => {
  const { url, requests } = await startScripted({ status: 200, body: {} })
  const { api } = clientOf(url)
  await api.post('/x', {})
  await api.post('/x', {})
  const [first, second] = requests.map(({ headers }) => headers['idempotency-key'])
  expect(first).toMatch(/^[0-9a-f-]{36}$/)
  expect(second).not.toBe(first)
})

test('a rate limit is waited for as long as it says', async () => {
  const { url } = await startScripted({ status: 429, headers: { 'retry-after': '7' } }, { status: 200, body: {} })
  const { api, waits } = clientOf(url)
  expect((await api.get('/x')).ok).toBe(true)
  expect(waits).toEqual([7_000])
})

test('a server that stays away ends in ApiUnavailable', async () => {
  const { url, stop } = await startScripted({ status: 200 })
  await stop()
  const { api, waits } = clientOf(url)
  await expect(api.get('/x')).rejects.toThrow(ApiUnavailable)
  expect(waits).toHaveLength(4)
  expect(await api.probe('/readyz')).toBe(false)
})

test('a probe tells whether the answer was good', async () => {
  const { url } = await startScripted({ status: 503 }, { status: 200 })
  const { api, waits } = clientOf(url)
  expect(await api.probe('/readyz')).toBe(false)
  expect(await api.probe('/readyz')).toBe(true)
  expect(waits).toEqual([])
})

test('a stopped client rejects and does not try again', async () => {
  const { url, requests } = await startScripted({ status: 200 })
  const stopped = AbortSignal.abort(new Error('stopped'))
  await expect(clientOf(url, stopped).api.get('/x')).rejects.toThrow('stopped')
  expect(requests).toHaveLength(0)
})
