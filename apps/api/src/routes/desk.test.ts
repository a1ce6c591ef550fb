import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestApi, type Caller, type TestApi } from '../testing/api.ts'

let api: TestApi
let agentId: number
let asAgent: Caller
beforeEach(async () => {
  api = await openTestApi()
  agentId = await api.engine.addAgent('available')
  asAgent = api.as(agentId)
})
afterEach(() => api.close())

const minute = 60_000
const desk = async () => (await asAgent.get(`/api/agents/${agentId}/desk`)).body
/** A promise that prefers the agent. */
const promise = async (inMinutes: number) => api.engine.addCallback({ preferredAgentId: agentId, inMinutes })
const idsOf = (promises: { callback: { id: string } }[]) => promises.map(({ callback }) => callback.id)

describe('the desk of an agent', () => {
  test('is empty while there is nothing to do', async () => {
    expect(await desk()).toEqual({
      now: api.engine.time.now().toISOString(),
      session: expect.objectContaining({ agentId, status: 'available' }),
      heldCall: null,
      next: null,
      queuePosition: null,
      pending: [],
      snoozed: [],
    })
  })

  test('shows the next call, its place, and claims nothing', async () => {
    const [other, users] = [await api.engine.addAgent(), [await api.engine.addUser(), await api.engine.addUser()]]
    for (const [index, userId] of users.entries()) {
      await api.service.put(`/api/queues/unsigned_users/users/${userId}`, { priorityScore: index })
    }
    const { id } = await api.engine.addCallback({ queueType: 'unsigned_users', preferredAgentId: other })
    await api.supervisor.put(`/api/agents/${other}/session`, { status: 'available' })
    await api.engine.route(id)
    const shown = await desk()
    expect(shown).toMatchObject({
      heldCall: null,
      next: { callback: null, user: { userId: users[0], name: expect.any(String) }, queueEntry: { status: 'pending' } },
      queuePosition: 2, // Behind a callback that is another agent's.
    })
    expect(await desk()).toEqual(shown)
  })

  test('shows the call that is held, and so what a reload has lost', async () => {
    const { id } = await promise(0)
    await asAgent.post('/api/callbacks/accept', { callbackId: id, agentId })
    const { body: claimed } = await asAgent.post(`/api/agents/${agentId}/next-call`)
    const shown = await desk()
    expect(shown.heldCall).toEqual({ ...claimed, resumed: true })
    expect(shown).toMatchObject({ session: { status: 'busy' }, next: null, queuePosition: null, pending: [] })
  })

  test('lists what is due, overdue or accepted with user and place, and what was put off by itself', async () => {
    const [overdue, due, later, accepted, snoozed] = [
      await promise(-30),
      await promise(9),
      await promise(11),
      await promise(60),
      await promise(4),
    ]
    await api.engine.route(overdue.id)
    await asAgent.post('/api/callbacks/accept', { callbackId: accepted.id, agentId })
    await asAgent.post('/api/callbacks/snooze', { callbackId: snoozed.id, agentId, minutes: 5 })
    const shown = await desk()
    expect(idsOf(shown.pending)).toEqual([overdue.id, due.id, accepted.id])
    expect(idsOf(shown.snoozed)).toEqual([snoozed.id])
    expect(shown.pending[0]).toMatchObject({
      queueEntry: { callbackId: overdue.id, assignedToAgentId: agentId },
      user: { userId: overdue.userId, phone: expect.any(String) },
    })
    expect(shown.pending[1]).toMatchObject({ queueEntry: null, user: { userId: due.userId } })
    expect(shown.snoozed[0]).toMatchObject({ user: { userId: snoozed.userId } })
    expect(JSON.stringify(shown)).not.toContain(later.id)

    // When its time comes it is due like any other.
    api.engine.time.advance(9 * minute)
    expect(await desk()).toMatchObject({ snoozed: [] })
    expect(idsOf((await desk()).pending)).toContain(snoozed.id)
  })

  test('one that was put off and has its place already is to be accepted', async () => {
    const { id } = await promise(0)
    await asAgent.post('/api/callbacks/snooze', { callbackId: id, agentId, minutes: 5 })
    await api.engine.route(id)
    expect(await desk()).toMatchObject({ pending: [{ callback: { id } }], snoozed: [] })
  })

  test('is the same for a substitute, and shows nobody what is another one’s', async () => {
    const preferred = await api.engine.addAgent()
    const { id } = await api.engine.addCallback({ preferredAgentId: preferred })
    await api.engine.route(id)
    expect(idsOf((await desk()).pending)).toEqual([id])
    await api.engine.addCallback({ preferredAgentId: await api.engine.addAgent('available') })
    expect(idsOf((await desk()).pending)).toEqual([id])
  })

  test('has its promises while the agent is logged out, and no next call', async () => {
    const { id } = await promise(0)
    await asAgent.delete(`/api/agents/${agentId}/session`)
    expect(await desk()).toMatchObject({ session: null, heldCall: null, next: null, pending: [{ callback: { id } }] })
  })

  test('is no longer than fifty promises each', async () => {
    for (let count = 0; count < 51; count++) await promise(count < 26 ? 0 : -1)
    const { pending } = await desk()
    expect(pending).toHaveLength(50)
    const times = pending.map((one: { callback: { scheduledFor: string } }) => one.callback.scheduledFor)
    expect(times).toEqual(times.toSorted())
  })

  test('the log says whom it has shown', async () => {
    const { id, userId } = await promise(0)
    api.engine.logged.splice(0)
    await desk()
    expect(api.engine.logged.filter((line) => line['audit'])).toMatchObject([
      { audit: 'user-read', agentId, userId, callbackId: id },
    ])
  })
})

describe('an agent', () => {
  const get = async (query = '') => (await api.service.get(`/api/agents/${agentId}${query}`)).body

  test('is told with its session, the call that it holds, and its day', async () => {
    const userId = await api.engine.addUser()
    const { id } = await promise(0)
    await asAgent.post('/api/callbacks/accept', { callbackId: id, agentId })
    const { body: claimed } = await asAgent.post(`/api/agents/${agentId}/next-call`)
    expect(await get()).toMatchObject({ agentId, session: { status: 'busy' }, heldCall: { ...claimed, resumed: true } })
    await asAgent.post(`/api/call-sessions/${claimed.callSessionId}/outcome`, {
      outcomeType: 'resolved',
      durationSeconds: 90,
    })
    const { body: inbound } = await asAgent.post('/api/call-sessions', { userId, direction: 'inbound' })
    await asAgent.post(`/api/call-sessions/${inbound.id}/complete`, { durationSeconds: 30 })
    // One that was given back was none.
    await api.engine.route((await promise(0)).id)
    const { body: given } = await asAgent.post(`/api/agents/${agentId}/next-call`)
    expect((await asAgent.post(`/api/queue-entries/${given.queueEntry.id}/release`)).status).toBe(200)
    expect(await get()).toMatchObject({
      heldCall: null,
      today: { since: '2026-03-02T00:00:00.000Z', timeZone: 'UTC', calls: 2, promisesKept: 1, talkSeconds: 120 },
    })
  })

  test('today is the day of the zone that is asked for', async () => {
    const userId = await api.engine.addUser()
    const report = (startedAt: string) =>
      api.service.post('/api/call-sessions', { userId, agentId, direction: 'outbound', startedAt })
    await report('2026-03-02T04:59:59Z')
    await report('2026-03-02T05:00:00Z')
    expect((await get()).today).toMatchObject({ calls: 2 })
    expect((await get('?timeZone=America/New_York')).today).toEqual({
      since: '2026-03-02T05:00:00.000Z',
      timeZone: 'America/New_York',
      calls: 1,
      promisesKept: 0,
      talkSeconds: 0,
    })
    expect(await get('?timeZone=Mars/Olympus')).toMatchObject({ code: 'invalid-request' })
  })

  test('who is not there is not found', async () => {
    for (const url of ['/api/agents/987', '/api/agents/987/desk']) {
      expect((await api.supervisor.get(url)).body).toMatchObject({ status: 404, code: 'agent-not-found' })
    }
  })
})
