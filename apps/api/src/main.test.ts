import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestEngine, startRedis, type TestEngine } from '../../../tests/setup/index.ts'
import { startApiProcess } from './testing/process.ts'

let redis: Awaited<ReturnType<typeof startRedis>>
let engine: TestEngine
beforeEach(async () => {
  redis = await startRedis()
  engine = await openTestEngine({ redisUrl: redis.url })
})
afterEach(async () => {
  await engine.close()
  await redis.stop()
})

test('it listens, answers, and ends when it is told to', async () => {
  const api = startApiProcess(engine)
  expect((await fetch(`${await api.url()}/healthz`)).status).toBe(200)
  api.signal('SIGTERM')
  expect(await api.exited).toEqual([0, null])
})

test('with Redis frozen and a request under way it still ends within ten seconds', async () => {
  const api = startApiProcess(engine, { ADMIN_PASSWORD: 'of the board' })
  const url = await api.url()
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  process.kill(redis.pid, 'SIGSTOP')
  try {
    const underWay = fetch(`${url}/readyz`).catch(() => undefined)
    const began = performance.now()
    api.signal('SIGINT')
    await api.exited
    expect(performance.now() - began).toBeLessThan(10_000)
    await underWay
  } finally {
    process.kill(redis.pid, 'SIGCONT')
  }
})

test('a port that is taken is told by the name of its variable, without a stack', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const api = startApiProcess(engine, { API_PORT: String(port) })
  expect(await api.exited).toEqual([1, null])
  expect(api.output.errors).toBe(`API_PORT ${port} is taken on 127.0.0.1. Set API_PORT to a free port.\n`)
  taken.close()
})

test('settings that are wrong are all told, without a stack', async () => {
  const api = startApiProcess(engine, { API_PORT: 'x', REDIS_URL: 'http://localhost' })
  expect(await api.exited).toEqual([1, null])
  expect(api.output.errors).toContain('API_PORT')
  expect(api.output.errors).toContain('REDIS_URL')
  expect(api.output.errors).not.toContain('    at ')
})
