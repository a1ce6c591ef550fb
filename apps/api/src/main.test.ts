import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import process from 'node:process'
import { agentWatch } from '@ringback/db'
import { openTestEngine, startRedis, type TestEngine } from '@ringback/testing'
import { startProxy } from '@ringback/testing/proxy'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApiProcess } from './testing/process.ts'
import { tokenOf } from './testing/tokens.ts'

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

test('it notes again and again that it hears agents', async () => {
  const api = startApiProcess(engine, { AGENT_TIMEOUT_SECONDS: '5' })
  const heardUntil = async () => (await agentWatch.list(engine.sql))[0]?.heardUntil
  await expect.poll(heardUntil, { timeout: 20_000 }).toBeDefined()
  const first = await heardUntil()
  await expect.poll(heardUntil, { timeout: 20_000 }).not.toEqual(first)
  api.signal('SIGTERM')
  await api.exited
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

test('a request under way is answered, new ones are refused, and then it ends', async () => {
  const api = startApiProcess(engine)
  const url = await api.url()
  const userId = await engine.addUser()
  const authorization = `Bearer ${await tokenOf.service()}`
  const rename = () =>
    fetch(`${url}/api/users/${userId}`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Renamed' }),
    })

  let underWay: Promise<Response> | undefined
  await engine.sql.begin(async (tx) => {
    await tx`select from users where id = ${userId} for update`
    underWay = rename()
    await engine.untilWaiting(1)
    api.signal('SIGTERM')
    const isRefused = () =>
      fetch(`${url}/healthz`).then(
        (answer) => answer.status === 503,
        () => true,
      )
    await expect.poll(isRefused, { timeout: 10_000 }).toBe(true)
  })
  expect((await underWay!).status).toBe(200)
  expect((await engine.sql`select name from users where id = ${userId}`)[0]).toEqual({ name: 'Renamed' })
  expect(await api.exited).toEqual([0, null])
})

test('with Postgres frozen and a request under way it ends within ten seconds', async () => {
  const proxy = await startProxy(Number(new URL(engine.databaseUrl).port))
  const database = new URL(engine.databaseUrl)
  database.port = String(proxy.port)
  const api = startApiProcess(engine, { DATABASE_URL: database.href })
  const url = await api.url()
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  proxy.set({ kind: 'blackhole' })
  const headers = { authorization: `Bearer ${await tokenOf.service()}` }
  const underWay = fetch(`${url}/api/agents`, { headers }).catch(() => undefined)
  const began = performance.now()
  api.signal('SIGTERM')
  await api.exited
  expect(performance.now() - began).toBeLessThan(10_000)
  await underWay
  await proxy.close()
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
