import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  alertsOf,
  completeCall,
  monitor,
  noteRoutingFailure,
  queueOn,
  recordOutcome,
  scheduleCallback,
  startCall,
  tick,
  watchAlerts,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

async function inbound(minutesAgo = 0) {
  const userId = await engine.addUser()
  const startedAt = new Date(engine.time.now().getTime() - minutesAgo * 60_000)
  const { session } = await startCall(engine.deps, { userId, direction: 'inbound', startedAt })
  return session
}

const alertNames = async (hours = 24) => (await monitor(engine.deps, { hours })).alerts.map((alert) => alert.name)

test('rates without data are null and raise no alert', async () => {
  const figures = await monitor(engine.deps, { hours: 24 })
  expect(figures).toMatchObject({ healthScore: null, callbackConversionRate: null, agentAssignmentSuccessRate: null })
  expect(figures.alerts.map((alert) => alert.name)).toEqual(['tick-late'])
})

describe('the health score', () => {
  test('is the share of inbound calls with an outcome in the window, and alerts below 80', async () => {
    const calls = [await inbound(), await inbound(), await inbound(), await inbound(), await inbound()]
    await inbound(61)
    for (const { id } of calls.slice(0, 4))
      await recordOutcome(engine.deps, { callSessionId: id, outcomeType: 'resolved' })
    expect(await monitor(engine.deps, { hours: 1 })).toMatchObject({
      healthScore: 80,
      inbound: { total: 5, withOutcome: 4 },
    })
    expect(await alertNames(1)).not.toContain('health-score-low')
    await inbound()
    expect(await alertNames(1)).toContain('health-score-low')
  })
})

describe('the callback conversion rate', () => {
  test('is callbacks created from inbound calls by inbound calls that promised one, and alerts below 50', async () => {
    const [first, second] = [await inbound(), await inbound()]
    for (const { id } of [first, second]) {
      await recordOutcome(engine.deps, {
        callSessionId: id,
        outcomeType: 'callback_requested',
        callbackScheduled: true,
      })
    }
    expect(await alertNames()).toContain('callback-conversion-low')
    await scheduleCallback(engine.deps, {
      userId: first.userId,
      scheduledFor: engine.time.now(),
      originalCallSessionId: first.id,
    })
    expect(await monitor(engine.deps, { hours: 24 })).toMatchObject({ callbackConversionRate: 50 })
    expect(await alertNames()).not.toContain('callback-conversion-low')
  })
})

test('two completed calls without an outcome raise an alert; the newest 50 are shown', async () => {
  const alerted: boolean[] = []
  for (let n = 0; n < 51; n++) {
    const { id } = await inbound(n)
    await completeCall(engine.deps, { callSessionId: id })
    alerted.push((await alertNames()).includes('calls-without-outcome'))
  }
  expect(alerted.slice(0, 2)).toEqual([false, true])
  const { problematicSessions } = await monitor(engine.deps, { hours: 24 })
  expect(problematicSessions.count).toBe(51)
  expect(problematicSessions.newest).toHaveLength(50)
  const starts = problematicSessions.newest.map((session) => session.startedAt.getTime())
  expect(starts).toEqual(starts.toSorted((a, b) => b - a))
  expect(await alertNames()).toContain('calls-without-outcome')
})

test('the assignment success rate is callbacks queued with an agent by callbacks processed in the ticks of the window', async () => {
  const now = engine.time.now()
  await engine.sql`
    insert into cron_runs (id, trigger, started_at, enqueued, processed, notified, unassigned, finished_at)
    values (gen_random_uuid(), 'schedule', ${now}, 10, 10, 9, 2, ${now}),
      (gen_random_uuid(), 'schedule', ${new Date(now.getTime() - 3_600_001)}, 100, 100, 0, 0, ${now})`
  expect(await monitor(engine.deps, { hours: 1 })).toMatchObject({ agentAssignmentSuccessRate: 70 })
})

test('a callback five minutes past due that is not in progress raises an alert', async () => {
  const { id } = await engine.addCallback()
  engine.time.advance(5 * 60_000)
  expect(await alertNames()).not.toContain('callbacks-overdue')
  engine.time.advance(1)
  expect(await alertNames()).toContain('callbacks-overdue')
  await engine.route(id)
  expect(await alertNames()).toContain('callbacks-overdue')
})

test('a callback that could not be routed three times in a row raises an alert, which ends when it is routed', async () => {
  const { id } = await engine.addCallback({ inMinutes: 5 })
  const fail = () => noteRoutingFailure(engine.deps, { callbackId: id, runId: null, reason: 'Error' })
  await fail()
  await fail()
  expect(await alertNames()).not.toContain('callbacks-failing')
  await fail()
  const { alerts, callbacks } = await monitor(engine.deps, { hours: 24 })
  expect(callbacks.failing).toBe(1)
  expect(alerts).toContainEqual({
    name: 'callbacks-failing',
    severity: 'critical',
    detail: '1 callback could not be routed, three times in a row or more',
    runBook: 'docs/alerts.md#callbacks-failing',
  })
  await engine.route(id)
  expect(await alertNames()).not.toContain('callbacks-failing')
})

test('a callback that is held back after a failure is overdue like any other', async () => {
  const { id } = await engine.addCallback({ inMinutes: -6 })
  await noteRoutingFailure(engine.deps, { callbackId: id, runId: null, reason: 'Error' })
  expect(await alertNames()).toContain('callbacks-overdue')
})

test('no finished tick for two minutes raises an alert', async () => {
  await tick(engine.deps, { trigger: 'manual' })
  engine.time.advance(2 * 60_000)
  expect(await alertNames()).toEqual([])
  engine.time.advance(1)
  expect(await alertNames()).toEqual(['tick-late'])
})

test.each(['tick', 'routing'] as const)(
  'a paused %s queue raises an alert, which ends when it is resumed',
  async (name) => {
    const queue = queueOn(engine.redis, engine.redisPrefix, name)
    expect(await alertNames()).not.toContain('queue-paused')
    await queue.pause()
    const { alerts, pausedQueues } = await monitor(engine.deps, { hours: 24 })
    expect(pausedQueues).toEqual([queue.name])
    const detail = `no worker fetches jobs of ${queue.name}`
    expect(alerts).toContainEqual(expect.objectContaining({ name: 'queue-paused', detail }))
    await queue.resume()
    expect(await alertNames()).not.toContain('queue-paused')
  },
)

test('an alert is logged once when it begins and once when it ends, by one of all processes', async () => {
  const looks = () => Promise.all([1, 2, 3].map(() => watchAlerts(engine.deps)))
  const atFirst = (await looks()).toSorted((a, b) => b.begun - a.begun)
  expect(atFirst.map(({ standing, begun, ended }) => [standing, begun, ended])).toEqual([
    [1, 1, 0],
    [1, 0, 0],
    [1, 0, 0],
  ])
  expect(await watchAlerts(engine.deps)).toEqual({ standing: 1, begun: 0, ended: 0 })
  await tick(engine.deps, { trigger: 'manual' })
  expect((await looks()).filter(({ ended }) => ended === 1)).toHaveLength(1)
  const lines = engine.logged.filter((line) => line.level === 40)
  expect(lines.map(({ msg, alert }) => [msg, alert])).toEqual([
    ['alert begins', 'tick-late'],
    ['alert ends', 'tick-late'],
  ])
  expect(lines[0]).toMatchObject({ severity: 'critical', runBook: 'docs/alerts.md#tick-late' })
})

test.each([
  [{ healthScore: 79.99 }, ['health-score-low']],
  [{ healthScore: 80 }, []],
  [{ callbackConversionRate: 49.99 }, ['callback-conversion-low']],
  [{ callbackConversionRate: 50 }, []],
])('%j raises %j', async (rates, alerts) => {
  const figures = { ...(await monitor(engine.deps, { hours: 1 })), ...rates }
  const names = alertsOf(figures).map((alert) => alert.name)
  expect(names.filter((name) => name !== 'tick-late')).toEqual(alerts)
})
