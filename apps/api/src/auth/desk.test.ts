import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestApi, type Ask, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

let api: TestApi
let grace: number
let linus: number
beforeAll(async () => {
  api = await openTestApi({}, { rules: { callbacksPerAgentAndHour: 2 } })
})
afterAll(() => api.close())
beforeEach(async () => {
  grace = await api.engine.addAgent('busy')
  linus = await api.engine.addAgent('busy')
})

/** Asks as a desk for the agent that the header names, if it names one. */
async function desk(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, agentId?: number, ask: Ask = {}) {
  const headers = agentId === undefined ? {} : { 'ringback-agent': String(agentId) }
  return api.ask(await tokenOf.desk(), method, url, { ...ask, headers })
}
const ownOf = async (agentId: number) =>
  (await api.engine.addCallback({ preferredAgentId: agentId, inMinutes: 600 })).id

test('the agent is the one whom the path, the query string, the body or the header names', async () => {
  const callbackId = await ownOf(grace)
  expect((await desk('GET', `/api/agents/${grace}/pending-callbacks`)).status).toBe(200)
  expect((await desk('GET', `/api/callbacks?agentId=${grace}`)).body.items).toMatchObject([{ id: callbackId }])
  const snooze = (agentId: number) =>
    desk('POST', '/api/callbacks/snooze', undefined, { body: { callbackId, agentId, minutes: 5 } })
  expect((await snooze(linus)).body.code).toBe('callback-not-found')
  expect((await snooze(grace)).status).toBe(200)
  expect((await desk('GET', `/api/callbacks/${callbackId}`, linus)).body.code).toBe('callback-not-found')
  expect((await desk('GET', `/api/callbacks/${callbackId}`, grace)).body.id).toBe(callbackId)
})

test('who names no agent, or two, is told so', async () => {
  const callbackId = await ownOf(grace)
  expect(await desk('GET', `/api/callbacks/${callbackId}`)).toMatchObject({
    status: 400,
    body: { code: 'agent-not-named', detail: expect.stringContaining('name it in Ringback-Agent') },
  })
  expect((await desk('POST', '/api/callbacks/cancel', undefined, { body: { callbackId } })).status).toBe(400)
  const forbidden = { status: 403, body: { code: 'forbidden' } }
  expect(await desk('GET', `/api/agents/${grace}/pending-callbacks`, linus)).toMatchObject(forbidden)
  expect(await desk('GET', `/api/callbacks?agentId=${grace}`, linus)).toMatchObject(forbidden)
  const body = { callbackId, agentId: grace, minutes: 5 }
  expect(await desk('POST', '/api/callbacks/snooze', linus, { body })).toMatchObject(forbidden)
  expect((await api.engine.callback(callbackId)).status).toBe('pending')
  expect((await desk('GET', '/api/callbacks', Number.NaN)).body.errors).toMatchObject([
    { path: 'headers.ringback-agent' },
  ])
})

test('history says for whom the desk acted, and that agent sees no sub', async () => {
  const callbackId = await ownOf(grace)
  await desk('POST', '/api/callbacks/cancel', grace, { body: { callbackId } })
  const last = async (caller: TestApi['service']) =>
    (await caller.get(`/api/callbacks/${callbackId}`)).body.history.at(-1)
  const actor = { role: 'desk', agentId: grace, sub: 'desktops' }
  expect(await last(api.service)).toMatchObject({ kind: 'cancelled', agentId: grace, actor, details: { by: 'desk' } })
  expect((await last(api.as(grace))).actor).toEqual({ role: 'desk', agentId: grace })
})

test('the same key for another agent is another request', async () => {
  const [ofGrace, key] = [await ownOf(grace), randomUUID()]
  const cancel = (agentId: number) =>
    desk('POST', '/api/callbacks/cancel', agentId, { body: { callbackId: ofGrace }, key })
  const first = await cancel(grace)
  expect(first.status).toBe(200)
  expect((await cancel(linus)).body.code).toBe('callback-not-found')
  expect(await cancel(grace)).toMatchObject({ text: first.text, headers: { 'idempotency-replayed': 'true' } })
})

test('promises count against the limits of the agent, and to users whom it knows', async () => {
  const promise = async (agentId: number, userId: string) => {
    const scheduledFor = api.engine.time.now().toISOString()
    return desk('POST', '/api/callbacks', agentId, { body: { userId, scheduledFor }, key: randomUUID() })
  }
  const { userId } = await api.engine.addCallback({ preferredAgentId: grace, inMinutes: 600 })
  expect((await promise(linus, userId)).body.code).toBe('user-unknown-to-agent')
  expect([(await promise(grace, userId)).status, (await promise(grace, userId)).status]).toEqual([201, 201])
  expect((await promise(grace, userId)).body.code).toBe('too-many-callbacks-created')
})

test('that a desk asks is no sign of life of the agent, a heartbeat is', async () => {
  const lastSeen = async () =>
    (await api.engine.sql`select last_seen_at from agent_sessions where agent_id = ${grace}`)[0]!['lastSeenAt']
  const before = await lastSeen()
  api.engine.time.advance(60_000)
  await desk('GET', `/api/agents/${grace}/pending-callbacks`)
  expect(await lastSeen()).toEqual(before)
  expect((await desk('POST', `/api/agents/${grace}/heartbeat`)).status).toBe(204)
  expect(await lastSeen()).toEqual(api.engine.time.now())
})

test('the log says whom a desk has shown to which agent', async () => {
  const { id: callbackId, userId } = await api.engine.addCallback({ preferredAgentId: grace })
  await api.engine.route(callbackId)
  api.engine.logged.splice(0)
  expect((await desk('GET', `/api/agents/${grace}/next-call`)).body.user).toMatchObject({ userId })
  const readings = api.engine.logged.filter((line) => line['audit'] === 'user-read')
  expect(readings).toMatchObject([{ agentId: grace, userId, by: { role: 'desk', sub: 'desktops' } }])
})
