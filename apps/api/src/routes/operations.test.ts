import { laneKeys, patient, connectRedis, queueNames, routeGroup, type RoutingPayload } from '@ringback/core'
import { Worker } from 'bullmq'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
  await api.engine.reconcile()
})
afterAll(() => api.close())

/** Works off the routing queue, as the worker app does. */
async function withRouting<T>(work: () => Promise<T>): Promise<T> {
  const { deps, redisUrl, redisPrefix } = api.engine
  const connection = connectRedis(redisUrl, patient, deps.log)
  const worker = new Worker<RoutingPayload>(
    queueNames.routing,
    async ({ data }) => void (await routeGroup(deps, [data])),
    {
      connection,
      prefix: redisPrefix,
    },
  )
  try {
    return await work()
  } finally {
    await worker.close()
    connection.disconnect()
  }
}

test('a tick that nobody works for is 202, with the run to look for', async () => {
  const { id } = await api.engine.addCallback()
  const { status, body } = await api.service.post('/api/cron/callback-notifications', {})
  expect(status).toBe(202)
  expect(body).toEqual({ runId: expect.any(String) })
  const [run] = (await api.service.get('/api/cron/callback-notifications?limit=1')).body
  expect(run).toMatchObject({ runId: body.runId, trigger: 'manual', enqueued: 1, finishedAt: null, duration: null })
  await withRouting(() => expect.poll(() => api.engine.entryOf(id)).toBeDefined())
})

test('a tick whose jobs are done tells what became of them', async () => {
  const agentId = await api.engine.addAgent('available')
  await api.engine.addCallback({ preferredAgentId: agentId })
  const { status, body } = await withRouting(() => api.service.post('/api/cron/callback-notifications'))
  expect(status).toBe(200)
  expect(body).toMatchObject({
    success: true,
    message: `Processed ${body.results.processed} callbacks, sent ${body.results.notified} notifications`,
    duration: expect.any(Number),
    results: { errors: 0, deferred: 0 },
  })
  expect(body.results.notified).toBeGreaterThan(0)
  const runs = (await api.service.get('/api/cron/callback-notifications')).body
  expect(runs.map((run: { runId: string }) => run.runId)).toContain(body.runId)
  expect(Object.keys(body.results)).toEqual([
    'processed',
    'notified',
    'routed',
    'unassigned',
    'deferred',
    'alreadyQueued',
    'errors',
  ])
})

test('monitoring has rates where there is data, and null where there is none', async () => {
  const empty = (await api.service.get('/api/debug/callback-monitoring?hours=1')).body
  expect(empty).toMatchObject({ window: { hours: 1 }, healthScore: null, callbackConversionRate: null })
  const userId = await api.engine.addUser()
  for (const outcomeType of ['resolved', undefined, undefined]) {
    const { body } = await api.service.post('/api/call-sessions', { userId, direction: 'inbound' })
    await api.service.post(
      `/api/call-sessions/${body.id}/${outcomeType ? 'outcome' : 'complete'}`,
      outcomeType && { outcomeType },
    )
  }
  const { body } = await api.service.get('/api/debug/callback-monitoring')
  expect(body.window.hours).toBe(24)
  expect(body.healthScore).toBeCloseTo(100 / 3)
  expect(body.problematicSessions).toMatchObject({
    count: 2,
    newest: [{ lastOutcomeType: null }, { lastOutcomeType: null }],
  })
  expect(body.recentInboundCalls).toHaveLength(3)
  expect(body.alerts.map((alert: { name: string }) => alert.name)).toEqual(
    expect.arrayContaining(['health-score-low', 'calls-without-outcome']),
  )
})

test('the lanes are compared with Postgres', async () => {
  const userId = await api.engine.addUser()
  await api.service.put(`/api/queues/unsigned_users/users/${userId}`, { priorityScore: 1 })
  const audit = async () => (await api.service.get('/api/debug/callback-lanes')).body
  expect(await audit()).toMatchObject({
    inSync: true,
    queueTypes: [{ queueType: 'unsigned_users', postgres: 1, redis: 1, missing: 0, stale: 0 }, { inSync: true }],
  })
  await api.engine
    .sql`update call_queue set assigned_to_agent_id = null, version = version + 1, status = 'removed', ended_at = now() where user_id = ${userId}`
  expect(await audit()).toMatchObject({
    inSync: false,
    queueTypes: [{ postgres: 0, redis: 1, stale: 1, inSync: false }, { inSync: true }],
  })
})

test('while Redis fails of anything but its absence, the lanes are counted in Postgres alone, and the log says why', async () => {
  const { redis, redisPrefix, logged } = api.engine
  const { names } = laneKeys(redisPrefix)
  await redis.set(names, 'what is no set')
  const { status, body } = await api.service.get('/api/debug/callback-lanes')
  await redis.del(names)
  expect(status).toBe(200)
  expect(body).toMatchObject({ inSync: false, queueTypes: [{ redis: null, inSync: false }, { redis: null }] })
  expect(logged).toContainEqual(expect.objectContaining({ level: 50, msg: 'lanes could not be read' }))
})
