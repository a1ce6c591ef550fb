import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestApi, type TestApi } from './testing/api.ts'
import { sign } from './testing/tokens.ts'

let api: TestApi
let userId: string
let keys = 0
const newKey = () => `key-${++keys}`
const scheduledFor = '2026-03-02T15:00:00+01:00'

beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  userId = await api.engine.addUser()
})

const promises = async () => {
  const [row] = await api.engine.sql`select count(*)::int as count from callbacks where user_id = ${userId}`
  return row!['count'] as number
}

test('the same request with the same key has one effect and gets the same answer', async () => {
  const key = newKey()
  const first = await api.service.post('/api/callbacks', { userId, scheduledFor }, { key })
  const again = await api.service.post(
    '/api/callbacks',
    { scheduledFor: '2026-03-02T14:00:00.000Z', userId: Number(userId) },
    { key },
  )
  expect(first).toMatchObject({ status: 201, body: { userId, scheduledFor: '2026-03-02T14:00:00.000Z' } })
  expect(first.headers).not.toHaveProperty('idempotency-replayed')
  expect(again).toMatchObject({ status: 201, text: first.text })
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(again.headers['content-type']).toBe(first.headers['content-type'])
  expect(await promises()).toBe(1)
})

test('the answer under a key is the one without a key', async () => {
  const plain = await api.service.post('/api/callbacks', { userId, scheduledFor })
  const keyed = await api.service.post('/api/callbacks', { userId, scheduledFor }, { key: newKey() })
  expect(Object.keys(keyed.body)).toEqual(Object.keys(plain.body))
  expect(keyed.headers['content-type']).toBe(plain.headers['content-type'])
})

test('ten at once have one effect', async () => {
  const key = newKey()
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api.service.post('/api/callbacks', { userId, scheduledFor }, { key })),
  )
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
  expect(answers.filter((answer) => answer.headers['idempotency-replayed'] === undefined)).toHaveLength(1)
  expect(await promises()).toBe(1)
})

test('the same key with another body, or on another route, is 422 and changes nothing', async () => {
  const key = newKey()
  const { body } = await api.service.post('/api/callbacks', { userId, scheduledFor }, { key })
  const other = await api.service.post('/api/callbacks', { userId, scheduledFor, callbackReason: 'else' }, { key })
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
  expect(await api.service.post('/api/callbacks/cancel', { callbackId: body.id }, { key })).toMatchObject({
    status: 422,
  })
  expect(await promises()).toBe(1)
})

test('keys of different bearers never meet', async () => {
  const key = newKey()
  const other = await sign({ role: 'service', sub: 'another' })
  const mine = await api.service.post('/api/callbacks', { userId, scheduledFor }, { key })
  const theirs = await api.ask(other, 'POST', '/api/callbacks', { body: { userId, scheduledFor }, key })
  expect(theirs.status).toBe(201)
  expect(theirs.body.id).not.toBe(mine.body.id)
})

test('a refusal is not stored: the key is free for the time when the request can be done', async () => {
  const key = newKey()
  const body = { userId: '987654', scheduledFor }
  expect((await api.service.post('/api/callbacks', body, { key })).body.code).toBe('unknown-user')
  await api.service.put('/api/users/987654', { name: 'Now here' })
  expect((await api.service.post('/api/callbacks', body, { key })).status).toBe(201)
})

test('a claim whose answer was lost is answered again', async () => {
  const agentId = await api.engine.addAgent('available')
  const { id } = await api.engine.addCallback({ preferredAgentId: agentId })
  await api.engine.route(id)
  const key = newKey()
  const first = await api.as(agentId).post(`/api/agents/${agentId}/next-call`, {}, { key })
  const again = await api.as(agentId).post(`/api/agents/${agentId}/next-call`, {}, { key })
  expect(first).toMatchObject({ status: 200, body: { callback: { id }, resumed: false } })
  expect(again.text).toBe(first.text)
})

test('an answer without a body is stored too', async () => {
  const agentId = await api.engine.addAgent('available')
  const key = newKey()
  const url = `/api/agents/${agentId}/heartbeat`
  expect(await api.as(agentId).post(url, undefined, { key })).toMatchObject({ status: 204, text: '' })
  const again = await api.as(agentId).post(url, undefined, { key })
  expect(again).toMatchObject({ status: 204, text: '' })
  expect(again.headers['idempotency-replayed']).toBe('true')
})

test('the same key waits for the same run of the tick', async () => {
  const key = newKey()
  const runs = await Promise.all(
    [1, 2, 3].map(() => api.service.post('/api/cron/callback-notifications', undefined, { key })),
  )
  expect(new Set(runs.map((run) => run.body.runId)).size).toBe(1)
  const other = await api.service.post('/api/cron/callback-notifications', undefined, { key: newKey() })
  expect(other.body.runId).not.toBe(runs[0]!.body.runId)
})

test.each(['', ' ', 'with space', 'é', 'x'.repeat(201)])('the key %j is refused', async (key) => {
  const answer = await api.service.post('/api/callbacks', { userId, scheduledFor }, { key })
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'headers.idempotency-key' }] } })
})
