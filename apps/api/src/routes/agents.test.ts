import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const lastSeen = async (agentId: number) => {
  const [row] = await api.engine
    .sql`select last_seen_at from agent_sessions where agent_id = ${agentId} and logout_at is null`
  return (row?.['lastSeenAt'] as Date | undefined)?.toISOString()
}

test('an agent is written, listed with the session, and logged out', async () => {
  const written = await api.service.put('/api/agents/7', {
    firstName: 'Grace',
    lastName: 'H.',
    email: 'grace@example.com',
  })
  expect(written).toMatchObject({ status: 201, body: { agentId: 7, isActive: true, email: 'grace@example.com' } })
  expect((await api.as(7).put('/api/agents/7/session', { status: 'away' })).body).toMatchObject({
    agentId: 7,
    status: 'away',
  })
  expect((await api.as(7).put('/api/agents/7/session', { status: 'available' })).body.status).toBe('available')
  const listed = async () =>
    (await api.service.get('/api/agents')).body.find((agent: { agentId: number }) => agent.agentId === 7)
  expect(await listed()).toMatchObject({ firstName: 'Grace', session: { status: 'available', logoutAt: null } })
  expect(await api.as(7).delete('/api/agents/7/session')).toMatchObject({ status: 204, text: '' })
  expect((await listed()).session).toBeNull()
})

test('what agents are called is told to each of them, and nothing else', async () => {
  const [agentId, other] = [await api.engine.addAgent('available'), await api.engine.addAgent()]
  await api.service.put(`/api/agents/${other}`, { firstName: 'Grace', lastName: 'Hopper', email: 'g@example.com' })
  const { status, body } = await api.as(agentId).get('/api/agents/names')
  expect(status).toBe(200)
  expect(body).toContainEqual({ agentId: other, firstName: 'Grace', lastName: 'Hopper' })
  expect(body.map(idOf)).toEqual(body.map(idOf).toSorted(byNumber))
})

const idOf = (name: { agentId: number }) => name.agentId
const byNumber = (one: number, other: number) => one - other

test('the list has the call that each agent holds, and its day when somebody asks for it', async () => {
  const agentId = await api.engine.addAgent('available')
  const asAgent = api.as(agentId)
  const listed = async (query = '') =>
    (await api.service.get(`/api/agents${query}`)).body.find((agent: { agentId: number }) => agent.agentId === agentId)
  const { id, userId } = await api.engine.addCallback({ preferredAgentId: agentId })
  await api.engine.route(id)
  const { callSessionId } = (await asAgent.post(`/api/agents/${agentId}/next-call`)).body
  expect(await listed()).toMatchObject({
    session: { status: 'busy' },
    heldCall: { callSessionId, callbackId: id, userId, userName: `User ${userId}` },
    today: null,
  })
  await asAgent.post(`/api/call-sessions/${callSessionId}/outcome`, { outcomeType: 'resolved', durationSeconds: 90 })
  expect(await listed('?timeZone=America/New_York')).toMatchObject({
    heldCall: null,
    today: {
      since: '2026-03-02T05:00:00.000Z',
      timeZone: 'America/New_York',
      calls: 1,
      promisesKept: 1,
      talkSeconds: 90,
    },
  })
  expect(await api.service.get('/api/agents?timeZone=Mars/Olympus')).toMatchObject({ status: 400 })
})

test('an agent keeps what a change does not name, and null clears it', async () => {
  const put = async (body: object) => (await api.service.put('/api/agents/21', body)).body
  await put({ firstName: 'Grace', lastName: 'Hopper', email: 'grace@example.com', isActive: false })
  expect(await put({ firstName: 'Amazing' })).toMatchObject({
    firstName: 'Amazing',
    lastName: 'Hopper',
    email: 'grace@example.com',
    isActive: false,
  })
  expect(await put({ firstName: 'Grace', isActive: true })).toMatchObject({ lastName: 'Hopper', isActive: true })
  expect(await put({ firstName: 'Grace', email: null, lastName: null })).toMatchObject({ lastName: '', email: null })
})

test('a new agent may have one name, has no mail address and is active', async () => {
  expect(await api.service.put('/api/agents/22', { firstName: 'Suharto' })).toMatchObject({
    status: 201,
    body: { firstName: 'Suharto', lastName: '', email: null, isActive: true },
  })
})

test('an agent who stays inactive is not logged in, and one whose change says nothing of it stays logged in', async () => {
  await api.service.put('/api/agents/23', { firstName: 'A' })
  await api.service.put('/api/agents/23/session', { status: 'available' })
  await api.service.put('/api/agents/23', { firstName: 'B' })
  expect(await lastSeen(23)).toBeDefined()
  await api.service.put('/api/agents/23', { firstName: 'B', isActive: false })
  expect(await lastSeen(23)).toBeUndefined()
})

test('a session needs an agent, and an active one', async () => {
  expect(await api.service.put('/api/agents/404/session', { status: 'available' })).toMatchObject({
    status: 404,
    body: { code: 'agent-not-found' },
  })
  await api.service.put('/api/agents/8', { firstName: 'A', lastName: 'B', isActive: false })
  expect(await api.service.put('/api/agents/8/session', { status: 'available' })).toMatchObject({
    status: 409,
    body: { code: 'agent-inactive' },
  })
})

test.each([{ status: 'asleep' }, {}, { status: 'away', since: 'now' }])('the session %j is malformed', async (body) => {
  expect((await api.service.put('/api/agents/7/session', body)).status).toBe(400)
})

test('a heartbeat needs a session', async () => {
  const agentId = await api.engine.addAgent()
  const beat = () => api.as(agentId).post(`/api/agents/${agentId}/heartbeat`)
  expect(await beat()).toMatchObject({ status: 409, body: { code: 'agent-not-logged-in' } })
  await api.as(agentId).put(`/api/agents/${agentId}/session`, { status: 'busy' })
  api.engine.time.advance(20_000)
  expect((await beat()).status).toBe(204)
  expect(await lastSeen(agentId)).toBe(api.engine.time.now().toISOString())
})

test('every request of an agent is a heartbeat, written at most six times within the timeout', async () => {
  const agentId = await api.engine.addAgent('busy')
  const look = () => api.as(agentId).get(`/api/agents/${agentId}/pending-callbacks`)
  api.engine.time.advance(1_000)
  await look()
  const first = api.engine.time.now().toISOString()
  await expect.poll(() => lastSeen(agentId)).toBe(first)
  api.engine.time.advance(14_000)
  await look()
  await look()
  expect(await lastSeen(agentId)).toBe(first)
  api.engine.time.advance(1_000)
  expect((await api.as(agentId).get('/api/agents')).status).toBe(403)
  expect(await lastSeen(agentId)).toBe(first)
  await look()
  await expect.poll(() => lastSeen(agentId)).toBe(api.engine.time.now().toISOString())
})

test('a service that asks about an agent is no sign of life', async () => {
  const agentId = await api.engine.addAgent('busy')
  const before = await lastSeen(agentId)
  api.engine.time.advance(60_000)
  await api.supervisor.get(`/api/agents/${agentId}/pending-callbacks`)
  expect(await lastSeen(agentId)).toBe(before)
})
