import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { isUnavailable, ringbackAt } from './ringback.ts'

/** A server that answers one request after the other with these statuses, and a demo that talks with it and does not wait. */
async function demoWith(...statuses: number[]) {
  let asked = 0
  const server = createServer((_, response) => {
    const status = statuses[Math.min(asked, statuses.length - 1)]!
    asked += 1
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
    response.end(JSON.stringify(status < 400 ? { version: 0 } : { code: 'user-not-found', detail: 'None' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()))
  const stopping = new AbortController()
  const said: string[] = []
  const sleep = async () => stopping.signal.throwIfAborted()
  const ringback = ringbackAt({
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: async () => 'secret',
    clock: { now: () => new Date(0), sleep, pause: sleep },
    signal: stopping.signal,
    log: pino({ level: 'info' }, { write: (line: string) => said.push(JSON.parse(line).msg) }),
  })
  return { ringback, said, stopping, asked: () => asked }
}

test('an outage is told once when it begins and once when it ends', async () => {
  const { ringback, said } = await demoWith(503, 503, 503, 200)
  await ringback.hasPolicy('premium_customers')
  await ringback.hasPolicy('premium_customers')
  expect(said).toEqual(['API unavailable, trying again', 'API is back'])
})

test('what is refused is a value with its code; who stays away is unavailable, after five tries', async () => {
  const refusing = await demoWith(404)
  expect(await refusing.ringback.accept('x', 1)).toEqual({ ok: false, status: 404, code: 'user-not-found' })
  const away = await demoWith(503)
  const error = await away.ringback.accept('x', 1).catch((thrown: unknown) => thrown)
  expect(isUnavailable(error)).toBe(true)
  expect(away.asked()).toBe(5)
})

test('whether the API is ready is asked once at a time', async () => {
  const { ringback, asked, said } = await demoWith(503, 200)
  expect(await ringback.isReady()).toBe(false)
  expect(asked()).toBe(1)
  expect(await ringback.isReady()).toBe(true)
  expect(said).toEqual([])
})

test('a demo that is stopped asks for nothing more', async () => {
  const { ringback, asked, stopping } = await demoWith(503)
  stopping.abort(new Error('stopped'))
  await expect(ringback.accept('x', 1)).rejects.toThrow('stopped')
  expect(asked()).toBe(0)
})
