import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import process from 'node:process'
import { defaultRules, openEngine, queueOn } from '@ringback/core'
import { engineFacts } from '@ringback/db'
import { createTestDatabase, startRedis, testRedisPrefix } from '@ringback/testing'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { openTestApi } from './testing/api.ts'
import { testSecret, tokenOf } from './testing/tokens.ts'

const nowhere = 'redis://127.0.0.1:1'
/** Two seconds, and what a machine takes that has much else to do. Without its limits what is asked here hangs, or fails after ten. */
const atOnceMs = 8_000
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function timed<T>(work: Promise<T>): Promise<T & { ms: number }> {
  const began = performance.now()
  return Object.assign((await work) as T & object, { ms: performance.now() - began }) as T & { ms: number }
}

describe('Redis', () => {
  async function open() {
    const redis = await startRedis()
    closers.push(() => redis.stop())
    const api = await openTestApi({ ADMIN_PASSWORD: 'of the board' }, { redisUrl: redis.url })
    closers.push(() => api.close())
    const agentId = await api.engine.addAgent('available')
    const callAgent = api.as(agentId)
    const nextCall = () => timed(callAgent.post(`/api/agents/${agentId}/next-call`))
    const promise = async () => {
      const { id } = await api.engine.addCallback({ preferredAgentId: agentId })
      await api.engine.route(id)
      return id
    }
    return { redis, api, agentId, nextCall, promise, readiness: () => timed(api.ask(undefined, 'GET', '/readyz')) }
  }

  test('/readyz is ready, and degraded when ticks are late or the lanes are lost', async () => {
    const { api, readiness } = await open()
    expect(await readiness()).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { tick: { ok: false }, lanes: { ok: false } } },
    })
    await api.engine.reconcile()
    await api.service.post('/api/cron/callback-notifications')
    expect(await readiness()).toMatchObject({ status: 200, body: { status: 'ready' } })
    api.engine.time.advance(121_000)
    expect(await readiness()).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { tick: { ok: false } } },
    })
    await api.engine.redis.flushall()
    expect(await readiness()).toMatchObject({
      status: 200,
      body: { checks: { redis: { ok: true }, lanes: { ok: false } } },
    })
  })

  test('/readyz is degraded while the default queue does not exist, and says what to do', async () => {
    const { api, readiness } = await open()
    await api.engine.reconcile()
    await api.service.post('/api/cron/callback-notifications')
    Object.assign(api.engine.deps.rules, { defaultQueueType: 'vip' })
    const detail = expect.stringContaining('PUT /api/queues/vip')
    expect(await readiness()).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { defaultQueue: { ok: false, detail } } },
    })
    await api.supervisor.put('/api/queues/vip', { name: 'Important' })
    expect(await readiness()).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  test('/readyz is degraded while another process has had newer time zone data, and says which', async () => {
    const { api, readiness } = await open()
    await api.engine.reconcile()
    await api.service.post('/api/cron/callback-notifications')
    await engineFacts.note(api.engine.sql, 'tzdata', '9999a', new Date())
    const detail = expect.stringContaining('9999a')
    expect(await readiness()).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { tzData: { ok: false, detail } } },
    })
    await engineFacts.note(api.engine.sql, 'tzdata', process.versions.tz!, new Date())
    expect(await readiness()).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  test('/readyz is degraded while a queue is paused, and says which', async () => {
    const { api, readiness } = await open()
    await api.engine.reconcile()
    await api.service.post('/api/cron/callback-notifications')
    const queue = queueOn(api.engine.redis, api.engine.redisPrefix, 'routing')
    await queue.pause()
    expect(await readiness()).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { queues: { ok: false, detail: 'paused: callback-routing' } } },
    })
    await queue.resume()
    expect(await readiness()).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  test('frozen: next call, lists and changes are answered all the same, and so is /readyz', async () => {
    const { redis, api, agentId, nextCall, promise, readiness } = await open()
    await api.engine.reconcile()
    const callbackId = await promise()
    process.kill(redis.pid, 'SIGSTOP')
    closers.push(() => process.kill(redis.pid, 'SIGCONT'))

    const claimed = await nextCall()
    expect(claimed).toMatchObject({ status: 200, body: { callback: { id: callbackId } } })
    expect(claimed.ms).toBeLessThan(atOnceMs)
    const session = claimed.body.callSessionId
    const answers = [
      await timed(api.service.get('/api/callbacks')),
      await timed(api.as(agentId).post(`/api/call-sessions/${session}/outcome`, { outcomeType: 'resolved' })),
      await timed(api.service.get('/api/debug/callback-lanes')),
      await timed(api.service.post('/api/cron/callback-notifications')),
      await readiness(),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(200)
      expect(answer.ms).toBeLessThan(atOnceMs)
    }
    expect(answers[2]!.body).toMatchObject({
      inSync: false,
      queueTypes: [{ redis: null, missing: null }, { redis: null }],
    })
    expect(answers[4]!.body).toMatchObject({
      status: 'degraded',
      checks: { postgres: { ok: true }, redis: { ok: false } },
    })

    process.kill(redis.pid, 'SIGCONT')
    await expect.poll(async () => (await readiness()).body.checks.redis.ok, { timeout: 15_000 }).toBe(true)
  })

  test('stopped: everything goes on, and Bull Board says that it cannot', async () => {
    const { redis, api, nextCall, promise, readiness } = await open()
    await api.engine.reconcile()
    const callbackId = await promise()
    await redis.stop()
    const claimed = await nextCall()
    expect(claimed).toMatchObject({ status: 200, body: { callback: { id: callbackId } } })
    expect(claimed.ms).toBeLessThan(atOnceMs)
    expect(await readiness()).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { redis: { ok: false } } },
    })
    // Nobody knows then whether a queue is paused.
    expect(await api.service.get('/api/debug/callback-monitoring')).toMatchObject({
      status: 200,
      body: { pausedQueues: null },
    })
    const authorization = `Basic ${Buffer.from('supervisor:of the board').toString('base64')}`
    const board = await timed(api.ask(undefined, 'GET', '/admin/queues/api/queues', { headers: { authorization } }))
    expect(board.status).toBeGreaterThanOrEqual(500)
    expect(board.ms).toBeLessThan(atOnceMs)
  })

  test('never there: the API starts and answers', async () => {
    const { ask, agentId } = await openWithout({ redisUrl: nowhere })
    expect(await ask('PUT', `/api/agents/${agentId}`, { firstName: 'A', lastName: 'B' })).toMatchObject({ status: 201 })
    expect(await ask('PUT', `/api/agents/${agentId}/session`, { status: 'available' })).toMatchObject({ status: 200 })
    expect(await ask('PUT', '/api/users/1', { name: 'Ada' })).toMatchObject({ status: 201 })
    expect(await ask('PUT', '/api/queues/unsigned_users/users/1', { priorityScore: 3 })).toMatchObject({ status: 200 })
    const claimed = await timed(ask('POST', `/api/agents/${agentId}/next-call`))
    expect(claimed.status).toBe(200)
    expect(claimed.ms).toBeLessThan(atOnceMs)
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 200 })
  })
})

describe('Postgres', () => {
  test('away: alive, not ready, 503 in time; and everything comes back by itself', async () => {
    const database = await createTestDatabase()
    closers.push(() => database.drop())
    const door = await openDoor(database.url)
    const { ask, agentId, askAsAgent } = await openWithout({ databaseUrl: door.url })

    expect(await ask('GET', '/healthz')).toMatchObject({ status: 200 })
    for (let asked = 0; asked < 12; asked++) {
      const ready = await timed(ask('GET', '/readyz'))
      expect(ready).toMatchObject({ status: 503 })
      expect(ready.body).toMatchObject({ status: 'unavailable', checks: { postgres: { ok: false } } })
      expect(ready.ms).toBeLessThan(atOnceMs)
      const refused = await timed(ask('GET', '/api/agents'))
      expect(refused).toMatchObject({ status: 503, body: { code: 'database-unavailable' } })
      expect(refused.headers['retry-after']).toBe('2')
      expect(refused.ms).toBeLessThan(atOnceMs)
    }
    const ofAgent = await timed(askAsAgent('GET', `/api/agents/${agentId}/pending-callbacks`))
    expect(ofAgent).toMatchObject({ status: 503, body: { code: 'database-unavailable' } })
    expect(ofAgent.ms).toBeLessThan(atOnceMs)
    expect(await askAsAgent('GET', '/api/agents')).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect(await askAsAgent('POST', '/api/callbacks', {})).toMatchObject({ status: 400 })

    await door.open()
    closers.push(() => door.shut())
    await expect.poll(async () => (await ask('GET', '/api/agents')).status, { timeout: 10_000 }).toBe(200)
    await expect.poll(async () => (await ask('GET', '/readyz')).status, { timeout: 10_000 }).toBe(200)
    expect(await askAsAgent('GET', '/api/callbacks')).toMatchObject({ status: 403, body: { code: 'no-active-agent' } })
    await ask('PUT', `/api/agents/${agentId}`, { firstName: 'Grace' })
    expect(await askAsAgent('GET', '/api/callbacks')).toMatchObject({ status: 200 })
  })

  test.each(['53100', '53200', '58030'])('short of disk or memory, or with a broken disk (%s): 503', async (code) => {
    const api = await openTestApi()
    closers.push(() => api.close())
    await api.engine.owner.unsafe(`
      create function fail() returns trigger language plpgsql as
        $$ begin raise exception 'no space' using errcode = '${code}'; end $$;
      create trigger fail before insert on users execute function fail()`)
    const refused = await api.service.put('/api/users/1', { name: 'Ada' })
    expect(refused).toMatchObject({ status: 503, body: { code: 'database-unavailable' } })
    expect(refused.headers['retry-after']).toBe('2')
  })

  test('all connections in use: /readyz still knows that Postgres is there', async () => {
    const api = await openTestApi({}, { poolSize: 1 })
    closers.push(() => api.close())
    await api.engine.clock.ready()
    let busy: Promise<unknown> = Promise.resolve()
    await api.engine.owner.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(1)`
      busy = api.engine.sql`select pg_advisory_lock(1)`.execute()
      const ready = await api.ask(undefined, 'GET', '/readyz')
      expect(ready).toMatchObject({ status: 200, body: { checks: { postgres: { ok: true } } } })
    })
    await busy
  })
})

/** The API without Redis or without Postgres: what is not given is away or of the test's own. */
async function openWithout({ redisUrl = nowhere, databaseUrl }: { redisUrl?: string; databaseUrl?: string }) {
  const database = databaseUrl === undefined ? await createTestDatabase() : undefined
  if (database) closers.push(() => database.drop())
  const config = loadConfig({
    DATABASE_URL: databaseUrl ?? database!.url,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: testRedisPrefix(),
    AUTH_JWT_SECRET: testSecret,
  })
  const engine = openEngine({
    databaseUrl: config.DATABASE_URL,
    redisUrl,
    redisPrefix: config.REDIS_PREFIX,
    rules: defaultRules,
    poolSize: 4,
    applicationName: 'ringback-test',
    log: pino({ level: 'silent' }),
  })
  const app = await buildApp({ engine, config })
  closers.push(async () => {
    await app.close()
    await engine.close()
  })
  const agentId = 7
  const askWith = (token: string) => async (method: 'GET' | 'PUT' | 'POST', url: string, body?: object) => {
    const response = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { payload: body }),
    })
    return {
      status: response.statusCode,
      headers: response.headers,
      body: response.body === '' ? undefined : response.json(),
    }
  }
  return { ask: askWith(await tokenOf.supervisor()), askAsAgent: askWith(await tokenOf.agent(agentId)), agentId }
}

/** An address that leads to Postgres once it is opened. */
async function openDoor(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const server: Server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) {
      socket.on('error', () => {
        client.destroy()
        upstream.destroy()
      })
    }
  })
  const listen = (port: number) => {
    server.listen(port, '127.0.0.1')
    return once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  return { url: url.href, open: () => listen(port), shut: () => void server.close() }
}
