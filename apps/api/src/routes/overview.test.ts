import { acceptCallback, claimNextCall, putSession, tick, watchAlerts } from '@ringback/core'
import type { Callback } from '@ringback/db'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

let api: TestApi
beforeEach(async () => {
  api = await openTestApi()
})
afterEach(() => api.close())

const nothing = { promised: 0, kept: 0, early: 0, late: 0, broken: 0, punctuality: null }
const at = (minutes: number) => new Date(Date.parse('2026-03-02T10:00:00Z') + minutes * 60_000).toISOString()
const overview = async () => (await api.supervisor.get('/api/overview')).body

test('a centre where nothing is going on', async () => {
  expect(await overview()).toEqual({
    now: '2026-03-02T10:00:00.000Z',
    alerts: [expect.objectContaining({ name: 'tick-late', severity: 'critical', since: null })],
    queues: [
      expect.objectContaining({ queueType: 'unsigned_users', waiting: 0, waitingCallbacks: 0, waitingAccepted: 0 }),
      expect.objectContaining({ queueType: 'outstanding_requests', waiting: 0, inProgress: 0 }),
    ],
    agents: [],
    overdue: [],
    upcoming: [],
    heads: [],
    punctuality: { lastDay: nothing, dayBefore: nothing, weekBefore: nothing },
    due: Array.from({ length: 16 }, (_, quarter) => ({
      from: new Date(Date.parse('2026-03-02T10:00:00Z') + quarter * 15 * 60_000).toISOString(),
      promises: 0,
    })),
    readiness: expect.objectContaining({ status: 'degraded', checks: expect.any(Object) }),
    lanes: null,
    lastTick: null,
  })
})

test('shows who is at work, what waits by class, what is overdue and what comes', async () => {
  const { deps } = api.engine
  const [held, waiting] = [await api.engine.addAgent('available'), await api.engine.addAgent('away')]
  await api.engine.addAgent()
  const claimed = await api.engine.addCallback()
  await acceptCallback(deps, { callbackId: claimed.id, agentId: held })
  const call = await claimNextCall(deps, { agentId: held })
  const [accepted, overdue] = [await api.engine.addCallback(), await api.engine.addCallback({ inMinutes: -6 })]
  await api.engine.addCallback({ inMinutes: -4 })
  await acceptCallback(deps, { callbackId: accepted.id, agentId: waiting })
  await api.engine.route(overdue.id)
  const ordinary = await api.engine.addUser()
  await api.service.put(`/api/queues/outstanding_requests/users/${ordinary}`, { priorityScore: 5 })
  for (const inMinutes of [14, 15, 16, 239, 240]) await api.engine.addCallback({ inMinutes })
  await tick(deps, { trigger: 'manual' })
  await watchAlerts(deps)
  await api.engine.reconcile()

  const shown = await overview()
  expect(shown.agents).toMatchObject([
    {
      agentId: held,
      session: { status: 'busy' },
      heldCall: { callSessionId: call!.callSessionId, callbackId: claimed.id, userName: call!.user!.name },
    },
    { agentId: waiting, session: { status: 'away' }, heldCall: null },
  ])
  expect(shown.queues[1]).toMatchObject({ waiting: 3, waitingCallbacks: 2, waitingAccepted: 1, inProgress: 1 })
  expect(shown.overdue).toMatchObject([
    { callback: { id: overdue.id }, user: { userId: overdue.userId }, queueEntry: { status: 'pending' } },
  ])
  expect(shown.due.map(({ promises }: { promises: number }) => promises)).toEqual([2, 2, ...Array(13).fill(0), 1])
  expect(shown.upcoming.map(({ callback }: { callback: Callback }) => callback.scheduledFor)).toEqual(
    [-4, 0, 14, 15, 16, 239].map(at),
  )
  expect(shown.upcoming[1]).toMatchObject({ callback: { id: accepted.id }, queueEntry: { status: 'assigned' } })
  expect(shown.heads).toEqual([
    expect.objectContaining({ queueType: 'outstanding_requests', callbackId: accepted.id, assignedToAgentId: waiting }),
  ])
  expect(shown.punctuality.lastDay).toEqual({ ...nothing, promised: 2, broken: 1, punctuality: 0 })
  expect(shown.alerts).toContainEqual(
    expect.objectContaining({ name: 'callbacks-overdue', since: '2026-03-02T10:00:00.000Z' }),
  )
  expect(shown.lastTick).toMatchObject({ trigger: 'manual' })
  expect(shown.lanes).toMatchObject({ reconciledUntil: '2026-03-02T10:00:00.000Z', differences: 0 })
})

test('tells how promises were kept in the last day, in the one before, and a week ago', async () => {
  const day = 24 * 60
  for (const inMinutes of [-10, -day - 10, -day - 20, -7 * day - 10]) await api.engine.addCallback({ inMinutes })
  const { punctuality } = await overview()
  expect(punctuality.lastDay).toEqual({ ...nothing, promised: 1, broken: 1, punctuality: 0 })
  expect(punctuality.dayBefore).toMatchObject({ promised: 2 })
  expect(punctuality.weekBefore).toMatchObject({ promised: 1 })
})

test('one that waits for its agent as it should is not overdue', async () => {
  const { id } = await api.engine.addCallback({ inMinutes: -6 })
  await api.engine.sql`
    update callbacks set preferred_agent_id = ${await api.engine.addAgent()},
      owner_awaited_until = ${new Date('2026-03-02T11:00:00Z')} where id = ${id}`
  expect((await overview()).overdue).toEqual([])
})

test('whoever asks sees what was committed before, and those who ask together share one look', async () => {
  const agentId = await api.engine.addAgent('busy')
  const viewer = await tokenOf.viewer()
  await overview()
  for (const status of ['away', 'available', 'wrap_up'] as const) {
    await putSession(api.engine.deps, { agentId, status })
    api.engine.time.advance(1)
    const answers = await Promise.all([overview(), overview(), api.ask(viewer, 'GET', '/api/overview')])
    expect(answers[0].agents).toMatchObject([{ agentId, session: { status } }])
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2].body).toEqual(answers[0])
  }
})

test('what could not be read is read again', async () => {
  await api.engine.owner`alter table alerts rename to elsewhere`
  expect(await overview()).toMatchObject({ status: 500 })
  await api.engine.owner`alter table elsewhere rename to alerts`
  expect((await overview()).now).toBeDefined()
})
