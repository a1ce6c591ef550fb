import { acceptCallback, claimNextCall, putSession, tick, watchAlerts } from '@ringback/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

let api: TestApi
let clock: { mockReturnValue: (ms: number) => unknown }
beforeEach(async () => {
  api = await openTestApi()
  clock = vi.spyOn(performance, 'now').mockReturnValue(0)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await api.close()
})

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
  expect(shown.alerts).toContainEqual(
    expect.objectContaining({ name: 'callbacks-overdue', since: '2026-03-02T10:00:00.000Z' }),
  )
  expect(shown.lastTick).toMatchObject({ trigger: 'manual' })
  expect(shown.lanes).toMatchObject({ reconciledUntil: '2026-03-02T10:00:00.000Z', differences: 0 })
})

test('one that waits for its agent as it should is not overdue', async () => {
  const { id } = await api.engine.addCallback({ inMinutes: -6 })
  await api.engine.sql`
    update callbacks set preferred_agent_id = ${await api.engine.addAgent()},
      owner_awaited_until = ${new Date('2026-03-02T11:00:00Z')} where id = ${id}`
  expect((await overview()).overdue).toEqual([])
})

test('within a second the database is read once, whoever asks', async () => {
  const agentId = await api.engine.addAgent('busy')
  const first = await overview()
  await putSession(api.engine.deps, { agentId, status: 'away' })
  clock.mockReturnValue(999)
  expect(await overview()).toEqual(first)
  expect((await api.ask(await tokenOf.viewer(), 'GET', '/api/overview')).body).toEqual(first)
  clock.mockReturnValue(1_000)
  expect((await overview()).agents).toMatchObject([{ agentId, session: { status: 'away' } }])
})

test('what could not be read is read again', async () => {
  await api.engine.owner`alter table alerts rename to elsewhere`
  expect(await overview()).toMatchObject({ status: 500 })
  await api.engine.owner`alter table elsewhere rename to alerts`
  expect((await overview()).now).toBeDefined()
})
