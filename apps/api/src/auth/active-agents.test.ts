import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const look = (agentId: number) => api.as(agentId).get('/api/callbacks')
const write = (agentId: number, isActive: boolean) =>
  api.service.put(`/api/agents/${agentId}`, { firstName: 'Grace', isActive })
const refused = { status: 403, body: { code: 'no-active-agent' } }

test('the token of an agent who never was opens nothing, until the agent is written', async () => {
  expect(await look(701)).toMatchObject({
    ...refused,
    body: { ...refused.body, detail: expect.stringContaining('no agent 701') },
  })
  const { id: callbackId } = await api.engine.addCallback()
  expect(await api.as(701).post('/api/callbacks/cancel', { callbackId })).toMatchObject(refused)
  expect((await api.engine.callback(callbackId)).status).toBe('pending')
  await write(701, true)
  expect((await look(701)).status).toBe(200)
})

test('an agent who is deactivated is refused from the next request on, and let in again when that is taken back', async () => {
  const agentId = await api.engine.addAgent('available')
  expect((await look(agentId)).status).toBe(200)
  await write(agentId, false)
  expect(await look(agentId)).toMatchObject(refused)
  expect(await api.as(agentId).put(`/api/agents/${agentId}/session`, { status: 'available' })).toMatchObject(refused)
  await write(agentId, true)
  expect((await look(agentId)).status).toBe(200)
})

test('one whom another process has deactivated is refused some seconds later', async () => {
  const agentId = await api.engine.addAgent('available')
  expect((await look(agentId)).status).toBe(200)
  await api.engine.sql`update agents set is_active = false where id = ${agentId}`
  api.engine.time.advance(4_999)
  expect((await look(agentId)).status).toBe(200)
  api.engine.time.advance(1)
  expect(await look(agentId)).toMatchObject(refused)
})

test('what such an agent asks is no sign of life', async () => {
  const agentId = await api.engine.addAgent('available')
  const lastSeen = () => api.engine.sql`select last_seen_at from agent_sessions where agent_id = ${agentId}`
  const before = await lastSeen()
  await api.engine.sql`update agents set is_active = false where id = ${agentId}`
  api.engine.time.advance(60_000)
  expect(await look(agentId)).toMatchObject(refused)
  expect(await lastSeen()).toEqual(before)
})

test('an answer that is stored under an Idempotency-Key is not given to one who is not active any more', async () => {
  const agentId = await api.engine.addAgent('available')
  const beat = () => api.as(agentId).post(`/api/agents/${agentId}/heartbeat`, undefined, { key: 'before' })
  expect((await beat()).status).toBe(204)
  await write(agentId, false)
  expect(await beat()).toMatchObject(refused)
})

test('supervisors and services go on acting for agents who are not active', async () => {
  const agentId = await api.engine.addAgent()
  await write(agentId, false)
  expect((await api.supervisor.get(`/api/agents/${agentId}/pending-callbacks`)).status).toBe(200)
  expect((await api.service.get(`/api/callbacks?agentId=${agentId}`)).status).toBe(200)
})
