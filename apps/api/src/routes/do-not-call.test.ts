import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const list = '/api/do-not-call'
const number = '+12025550143'

test('a number is put on the list, found there, and taken off', async () => {
  const { service } = api
  await service.put('/api/users/4711', { name: 'Ada', phone: '+1 202-555-0143' })
  const promise = { userId: '4711', scheduledFor: '2026-03-02T15:00:00Z' }
  const { id } = (await service.post('/api/callbacks', promise)).body
  const block = {
    subject: number,
    reason: 'asked in writing',
    since: api.engine.time.now().toISOString(),
    until: null,
    source: 'operator',
  }
  expect(await service.put(`${list}/${number}`, { reason: block.reason })).toMatchObject({
    status: 200,
    body: { ...block, cancelledCallbackIds: [id] },
  })
  for (const spelling of [number, encodeURIComponent(number)]) {
    expect((await service.get(`${list}?subject=${spelling}`)).body).toEqual({ items: [block], nextCursor: null })
  }
  expect((await service.get(`/api/callbacks/${id}`)).body).toMatchObject({ status: 'cancelled', result: 'blocked' })
  expect(await service.post('/api/callbacks', promise)).toMatchObject({ status: 409, body: { code: 'do-not-call' } })
  const refused = await service.put('/api/queues/unsigned_users/users/4711', { priorityScore: 1 })
  expect(refused).toMatchObject({ status: 409, body: { code: 'do-not-call' } })
  expect((await service.delete(`${list}/${encodeURIComponent(number)}`)).status).toBe(204)
  expect((await service.delete(`${list}/${number}`)).status).toBe(204)
  expect((await service.post('/api/callbacks', promise)).status).toBe(201)
})

test('the list comes page by page', async () => {
  for (const id of [1, 2, 3]) await api.service.put(`${list}/user:${id}`, { reason: 'asked' })
  const { body } = await api.service.get(`${list}?limit=2`)
  expect(body.items.map(({ subject }: { subject: string }) => subject)).toEqual(['user:1', 'user:2'])
  const next = await api.service.get(`${list}?limit=2&cursor=${body.nextCursor}`)
  expect(next.body).toMatchObject({ items: [{ subject: 'user:3' }], nextCursor: null })
})

test.each(['user:', 'user:0', 'user:abc', 'user:99999999999999999999', '4711', '+0123', '+1 202', '+1234567890123456'])(
  '%s is no subject',
  async (subject) => {
    const answer = await api.service.put(`${list}/${encodeURIComponent(subject)}`, { reason: 'asked' })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'params.subject' }] } })
  },
)

test('a reason is needed, and a time that is not over', async () => {
  expect(await api.service.put(`${list}/user:1`, {})).toMatchObject({ status: 400 })
  expect(await api.service.put(`${list}/user:1`, { reason: ' ' })).toMatchObject({ status: 400 })
  const until = api.engine.time.now()
  expect(await api.service.put(`${list}/user:1`, { reason: 'asked', until })).toMatchObject({
    status: 422,
    body: { code: 'block-over' },
  })
})
