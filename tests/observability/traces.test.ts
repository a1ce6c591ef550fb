import { queueOn, tick } from '@ringback/core'
import { freePort } from '@ringback/local'
import { openTestEngine, patienceMs, startApp, type AppProcess, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testSecret, tokenOf } from '../../apps/api/src/testing/tokens.ts'
import { startCollector, treeUnder } from './collector.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const clientSpanId = 'b7ad6b7169203331'
const hourMs = 60 * 60_000

let engine: TestEngine
let apps: AppProcess[]
let url: string
const lines: Record<string, unknown>[] = []
beforeEach(async () => {
  engine = await openTestEngine({ startsAt: new Date() })
  apps = []
  lines.length = 0
  // The worker ticks for nobody but those who ask: what its own ticks find is in no trace here.
  const minuteJobs = queueOn(engine.redis, engine.redisPrefix, 'tick')
  await minuteJobs.pause()
  await minuteJobs.close()
  engine.time.advance(hourMs)
  await tick(engine.deps, { trigger: 'schedule' })
  engine.time.advance(-hourMs)
})
afterEach(async () => {
  await Promise.all(apps.map((app) => app.kill()))
  await engine.close()
})

async function startBoth(env: Record<string, string>): Promise<void> {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const keep = (line: string) => void lines.push(JSON.parse(line))
  const apiEnv = { ...env, API_PORT: String(port), AUTH_JWT_SECRET: testSecret }
  apps = await Promise.all([
    startApp(engine, 'api', 'api listens at', apiEnv, keep),
    startApp(engine, 'worker', 'worker started', env, keep),
  ])
}

async function ask(path: string, flags: '00' | '01', token: Promise<string>, body?: unknown): Promise<Response> {
  const headers = {
    authorization: `Bearer ${await token}`,
    traceparent: `00-${traceId}-${clientSpanId}-${flags}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  return fetch(`${url}${path}`, { method: 'POST', headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
}

test('one trace leads from a request through the tick and the job to the statements and lanes of another process', async () => {
  const collector = await startCollector()
  await startBoth({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/`, OTEL_TRACES_SAMPLER_ARG: '0' })
  const agentId = await engine.addAgent('available')
  const userId = await engine.addUser()
  const canary = 'canary-4711-of-a-reason'
  await engine.addCallback({ userId, callbackReason: canary, preferredAgentId: agentId })

  expect((await ask('/api/cron/callback-notifications', '01', tokenOf.service())).status).toBe(200)
  const claim = await ask(`/api/agents/${agentId}/next-call`, '01', tokenOf.agent(agentId), {})
  expect(claim.status).toBe(200)
  await Promise.all(apps.map((app) => app.stop()))

  const spans = collector.spans
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
  expect(treeUnder(spans, clientSpanId)).toMatchObject({
    'api: POST /api/cron/callback-notifications': {
      'api: tick': {
        'api: SQL SELECT': {},
        'api: dispatch': {
          'worker: job routing': { 'worker: route group': { 'worker: SQL UPDATE': {}, 'worker: lanes.apply': {} } },
        },
      },
    },
    'api: POST /api/agents/:agentId/next-call': {
      'api: claim': { 'api: lanes.take': {}, 'api: SQL WITH': {}, 'api: lanes.apply': {} },
    },
  })
  const group = spans.find(({ name }) => name === 'route group')!
  expect(group.attributes).toMatchObject({ 'ringback.batch_size': 1 })
  const request = spans.find(({ name }) => name === 'POST /api/agents/:agentId/next-call')!
  expect(request.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/api/agents/:agentId/next-call',
    'http.response.status_code': 200,
  })
  expect(collector.text()).not.toContain(canary)
  expect(collector.text()).not.toContain('+1 202 555 0100')
  expect(lines.find(({ msg }) => msg === 'call claimed')).toMatchObject({ traceId })
})

test('jobs that are routed together hang under the first one, and are linked to the others', async () => {
  const collector = await startCollector()
  await startBoth({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: '0' })
  for (let n = 0; n < 5; n += 1) await engine.addCallback()
  await ask('/api/cron/callback-notifications', '01', tokenOf.service())
  await Promise.all(apps.map((app) => app.stop()))

  const jobs = collector.spans.filter(({ name }) => name === 'job routing').map(({ spanId }) => spanId)
  const groups = collector.spans.filter(({ name }) => name === 'route group')
  expect(jobs).toHaveLength(5)
  const grouped = groups.flatMap(({ parentSpanId, links }) => links.concat(parentSpanId))
  expect(grouped.toSorted()).toEqual(jobs.toSorted())
})

test('what its client does not record is not recorded here, nor the jobs that come of it', async () => {
  const collector = await startCollector()
  await startBoth({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: '0' })
  const { id } = await engine.addCallback()
  await ask('/api/cron/callback-notifications', '00', tokenOf.service())
  await expect.poll(() => engine.entryOf(id), { timeout: patienceMs }).toBeDefined()
  await Promise.all(apps.map((app) => app.stop()))
  expect(collector.spans).toEqual([])
})

test('without a client that has one, a trace begins here', async () => {
  const collector = await startCollector()
  await startBoth({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=ringback',
    OTEL_TRACES_SAMPLER_ARG: '1',
  })
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  await Promise.all(apps.map((app) => app.stop()))
  const request = collector.spans.find(({ name }) => name === 'GET /healthz')!
  expect(request.parentSpanId).toBe('')
  expect(collector.headers()).toMatchObject({ 'x-tenant': 'ringback' })
})

test('a collector that is not there costs nobody an answer, nor an end', async () => {
  const gone = `http://127.0.0.1:${await freePort()}`
  await startBoth({ OTEL_EXPORTER_OTLP_ENDPOINT: gone, OTEL_TRACES_SAMPLER_ARG: '1' })
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(await Promise.all(apps.map((app) => app.stop()))).toEqual([0, 0])
})
