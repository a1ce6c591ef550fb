import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alertNames, claimNextCall, claimNextCalls, laneKeys, metrics as catalogue, tick } from '@ringback/core'
import { freePort } from '@ringback/local'
import { openTelemetry } from '@ringback/telemetry'
import { asAgent, patienceMs, startApp, startRedis } from '@ringback/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openTestApi, type TestApi } from '../../apps/api/src/testing/api.ts'
import { testSecret } from '../../apps/api/src/testing/tokens.ts'
import { readMetrics, type MetricFamily } from './open-metrics.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8')
const off = { METRICS_HOST: '127.0.0.1', OTEL_TRACES_SAMPLER_ARG: 0.05 }

/** Of those that are not ours. */
const labelsOfNode: Record<string, string[]> = { nodejs_gc_duration_seconds: ['kind'] }

/** An API on an engine of its own that tells its metrics, and how to read them. */
async function openMeasured(options: Parameters<typeof openTestApi>[1] = {}) {
  const told = await openTelemetry('api', { ...off, METRICS_PORT: await freePort() })
  const api = await openTestApi({}, { telemetry: told.telemetry, ...options })
  const server = await told.serve(api.engine, api.engine.deps.log, { knowsAll: true })
  onTestFinished(async () => {
    await server!.close()
    await api.close()
  })
  const read = async () => readMetrics(server!.url)
  return { api, url: server!.url, read }
}

/** The value of a sample: that with these labels among its own, or 0. */
function valueOf(families: MetricFamily[], sample: string, labels: Record<string, string> = {}): number {
  const samples = families.flatMap((family) => family.samples).filter(({ name }) => name === sample)
  const isMeant = (own: Record<string, string>) => Object.entries(labels).every(([name, value]) => own[name] === value)
  return samples.find((one) => isMeant(one.labels))?.value ?? 0
}

/** One life of a promise: made, found by a tick, claimed, called. */
async function liveOnce(api: TestApi): Promise<{ ids: string[] }> {
  const { engine, service } = api
  await engine.reconcile()
  const agentId = await engine.addAgent('available')
  const userId = '4711471147'
  await service.put(`/api/users/${userId}`, { name: 'Canary', phone: '+1 202 555 0147' })
  const { id } = await engine.addCallback({ userId, preferredAgentId: agentId })
  await tick(engine.deps, { trigger: 'manual' })
  await engine.route(id)
  const claim = await api.as(agentId).post(`/api/agents/${agentId}/next-call`, {})
  const { callSessionId } = claim.body
  await service.post(`/api/call-sessions/${callSessionId}/outcome`, { outcomeType: 'resolved' })
  return { ids: [id, userId, callSessionId] }
}

test('API and worker tell every metric of the catalogue, each is documented, and no other', async () => {
  const { api } = await openMeasured({ startsAt: new Date() })
  const [apiMetrics, workerMetrics] = [await freePort(), await freePort()]
  const env = { API_PORT: '0', AUTH_JWT_SECRET: testSecret }
  const apps = [
    await startApp(api.engine, 'api', 'api listens at', { ...env, METRICS_PORT: String(apiMetrics) }),
    await startApp(api.engine, 'worker', 'worker started', { METRICS_PORT: String(workerMetrics) }),
  ]
  onTestFinished(async () => void (await Promise.all(apps.map((app) => app.kill()))))

  const documented = [...page.matchAll(/^\| `([\w]+)` +\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm)].map(
    ([, name, type, labels, help]) => ({ name, type, labels, help }),
  )
  for (const port of [apiMetrics, workerMetrics]) {
    const families = await readMetrics(`http://127.0.0.1:${port}/metrics`)
    const told = families.map(({ name, type, help }) => {
      const metric = type === 'counter' ? `${name}_total` : name
      const labels = catalogue[metric as keyof typeof catalogue]?.labels ?? labelsOfNode[metric] ?? []
      return { name: metric, type, labels: labels.map((label) => `\`${label}\``).join(', '), help }
    })
    const isOfRingback = ({ name }: { name: string | undefined }) => !/^(?:process|nodejs)_/.test(name!)
    expect(told.filter(isOfRingback)).toEqual(documented.filter(isOfRingback))
    // What can be told of a process depends on its operating system.
    expect(documented).toEqual(expect.arrayContaining(told))
    const undocumented = families.flatMap(({ name, samples }) => {
      const known = documented.find((one) => one.name === name || one.name === `${name}_total`)!.labels!
      const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)))
      return [...labels].filter((label) => label !== 'le' && !known.includes(`\`${label}\``))
    })
    expect(undocumented).toEqual([])
  }
})

test('names end with their unit, those of counters with _total, and no label is an id', () => {
  const named = Object.entries(catalogue)
  expect(named.filter(([name]) => !/^(?:ringback|http_server)_[a-z_]+$/.test(name))).toEqual([])
  expect(named.filter(([name, { type }]) => name.endsWith('_total') !== (type === 'counter'))).toEqual([])
  expect(named.filter(([name, { type }]) => type === 'histogram' && !name.endsWith('_seconds'))).toEqual([])
  expect(named.filter(([, { labels }]) => labels.some((label) => /(?:^|_)id$/.test(label)))).toEqual([])
})

test('the life of a promise is told, and never whose it is', async () => {
  const { api, read } = await openMeasured()
  const { ids } = await liveOnce(api)
  const families = await read()

  expect(valueOf(families, 'ringback_callback_events_total', { kind: 'scheduled' })).toBe(1)
  expect(valueOf(families, 'ringback_queued_wait_seconds_count', { held_by: 'nothing' })).toBe(1)
  expect(valueOf(families, 'ringback_claims_total', { result: 'found', source: 'lanes' })).toBe(1)
  expect(valueOf(families, 'ringback_callback_events_total', { kind: 'claimed' })).toBe(1)
  expect(valueOf(families, 'ringback_claimed_wait_seconds_count', { agent: 'preferred' })).toBe(1)
  expect(valueOf(families, 'ringback_claim_duration_seconds_count')).toBe(1)
  expect(valueOf(families, 'ringback_outcomes_total', { outcome_type: 'resolved', direction: 'outbound' })).toBe(1)
  const request = {
    http_request_method: 'POST',
    http_route: '/api/agents/:agentId/next-call',
    http_response_status_code: '200',
  }
  expect(valueOf(families, 'http_server_request_duration_seconds_count', request)).toBe(1)
  expect(valueOf(families, 'ringback_transaction_duration_seconds_count')).toBeGreaterThan(3)

  const values = new Set(families.flatMap(({ samples }) => samples.flatMap(({ labels }) => Object.values(labels))))
  expect(ids.filter((id) => values.has(id))).toEqual([])
  expect([...values].filter((value) => /[\da-f]{8}-[\da-f]{4}/.test(value))).toEqual([])
})

test('claims are told by what came of them, and by whose answer it was', async () => {
  const { api, read } = await openMeasured()
  const { engine } = api
  const { deps } = engine
  const claims = async (labels: Record<string, string>) => {
    const families = await read()
    return ['lanes', 'postgres'].map((source) => valueOf(families, 'ringback_claims_total', { source, ...labels }))
  }
  const sum = (values: number[]) => values.reduce((total, value) => total + value)
  const [first, second] = [await engine.addAgent('available'), await engine.addAgent('available')]
  await engine.reconcile()

  await claimNextCall(deps, { agentId: first })
  await Promise.all(await claimNextCalls(deps, [asAgent(first), asAgent(second)]))
  expect(sum(await claims({ result: 'empty' }))).toBe(3)

  const one = await engine.addCallback({ preferredAgentId: first })
  await engine.route(one.id)
  await claimNextCall(deps, { agentId: first })
  await claimNextCall(deps, { agentId: first })
  expect(await claims({ result: 'found' })).toEqual([1, 0])
  expect(await claims({ result: 'resumed' })).toEqual([0, 1])

  // The lanes propose what Postgres knows to be taken.
  const two = await engine.addCallback({ preferredAgentId: second })
  await engine.route(two.id)
  await engine.breakRows(
    (sql) => sql`update call_queue set status = 'removed', ended_at = now() where callback_id = ${two.id}`,
  )
  await claimNextCall(deps, { agentId: second })
  expect(valueOf(await read(), 'ringback_stale_proposals_total')).toBe(1)

  const three = await engine.addCallback({ preferredAgentId: second })
  await engine.route(three.id)
  await engine.redis.del(laneKeys(engine.redisPrefix).pulse)
  await claimNextCall(deps, { agentId: second })
  expect(await claims({ result: 'found' })).toEqual([1, 1])
})

test.each([
  ['a tick that is late', { waitedMinutes: 3 }, { isLate: true }],
  ['a tick in time', { waitedMinutes: 0.5 }, { isLate: false }],
])(
  'how long a promise waited for its place counts from its lead time: %s',
  async (_, { waitedMinutes }, { isLate }) => {
    const { api, read } = await openMeasured()
    const { engine } = api
    const { id } = await engine.addCallback({ inMinutes: 10 })
    await engine.pass((5 + waitedMinutes) * 60_000)
    await engine.route(id)
    const families = await read()
    const labels = { held_by: 'nothing' }
    expect(valueOf(families, 'ringback_queued_wait_seconds_sum', labels)).toBe(waitedMinutes * 60)
    expect(valueOf(families, 'ringback_queued_wait_seconds_bucket', { ...labels, le: '60' })).toBe(isLate ? 0 : 1)
  },
)

test('a promise that was put off waits from then on, and one that is kept back says by what', async () => {
  const { api, read } = await openMeasured()
  const { engine } = api
  const { id, userId } = await engine.addCallback({ inMinutes: 1 })
  await engine.route(id)
  const second = await engine.addCallback({ userId, inMinutes: 1 })
  await engine.route(second.id)
  await engine.pass(2 * 60_000)
  await api.service.post('/api/callbacks/cancel', { callbackId: id })
  await engine.route(second.id)
  const families = await read()
  expect(valueOf(families, 'ringback_queued_wait_seconds_sum', { held_by: 'nothing' })).toBe(0)
  expect(valueOf(families, 'ringback_queued_wait_seconds_count', { held_by: 'deferred' })).toBe(1)
})

test('there is a gauge for each alert, which is 1 while it stands', async () => {
  const { api, read } = await openMeasured()
  await api.engine.addCallback({ inMinutes: -10 })
  const families = await read()
  const alerts = families.find(({ name }) => name === 'ringback_alert')!.samples
  expect(alerts.map(({ labels }) => labels['name'])).toEqual(alertNames)
  expect(valueOf(families, 'ringback_alert', { name: 'callbacks-overdue', severity: 'critical' })).toBe(1)
  expect(valueOf(families, 'ringback_alert', { name: 'rows-wrong' })).toBe(0)
  expect(valueOf(families, 'ringback_callbacks_overdue')).toBe(1)
  expect(valueOf(families, 'ringback_oldest_due_seconds')).toBe(600)
})

test('while Redis is away the rest is told, and what only Redis knows is absent', async () => {
  const redis = await startRedis()
  const { read } = await openMeasured({ redisUrl: redis.url })
  await redis.stop()
  await expect.poll(async () => valueOf(await read(), 'ringback_redis_up'), { timeout: patienceMs }).toBe(0)
  const families = await read()
  expect(valueOf(families, 'ringback_postgres_up')).toBe(1)
  expect(families.find(({ name }) => name === 'ringback_lane_entries')!.samples).toEqual([])
})

test('there is nothing but metrics on that port, and nothing at all unless it is asked for', async () => {
  const { url } = await openMeasured()
  expect((await fetch(new URL('/', url))).status).toBe(404)
  expect((await fetch(url, { method: 'POST' })).status).toBe(405)
  expect(new URL(url).hostname).toBe('127.0.0.1')
  const nothing = await openTelemetry('api', { ...off, METRICS_PORT: 0 })
  expect(await nothing.serve({} as never, {} as never, { knowsAll: true })).toBeUndefined()
  await expect(openMeasuredOn(Number(new URL(url).port))).rejects.toThrow(/METRICS_PORT: \d+ cannot be opened/)
})

async function openMeasuredOn(port: number) {
  const told = await openTelemetry('worker', { ...off, METRICS_PORT: port })
  return told.serve({} as never, {} as never, { knowsAll: false })
}
