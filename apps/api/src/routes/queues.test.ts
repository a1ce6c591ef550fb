import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

test('a queue is made, named anew, listed and deleted', async () => {
  const { supervisor, service } = api
  expect(await supervisor.put('/api/queues/vip', { name: 'Important' })).toMatchObject({
    status: 201,
    body: { queueType: 'vip', name: 'Important' },
  })
  expect(await supervisor.put('/api/queues/vip', { name: 'Very important' })).toMatchObject({ status: 200 })
  expect((await service.get('/api/queues')).body).toMatchObject({
    now: api.engine.time.now().toISOString(),
    queues: expect.arrayContaining([
      expect.objectContaining({ queueType: 'unsigned_users', name: 'Unsigned users' }),
      expect.objectContaining({ queueType: 'outstanding_requests', name: 'Outstanding requests' }),
      expect.objectContaining({ queueType: 'vip', name: 'Very important', waiting: 0, availableAgents: 0 }),
    ]),
  })
  expect((await service.get('/api/queues/vip')).body).toEqual({ queueType: 'vip', total: 0, entries: [] })
  expect((await supervisor.delete('/api/queues/vip')).status).toBe(204)
  expect(await service.get('/api/queues/vip')).toMatchObject({ status: 404, body: { code: 'queue-not-found' } })
  expect(await supervisor.delete('/api/queues/vip')).toMatchObject({ status: 404, body: { code: 'queue-not-found' } })
})

test('a queue that is needed is kept, and says why', async () => {
  const answer = await api.supervisor.delete('/api/queues/outstanding_requests')
  expect(answer).toMatchObject({ status: 409, body: { code: 'queue-in-use' } })
  expect(answer.body.detail).toContain('DEFAULT_QUEUE_TYPE')
})

test('an agent serves at most 20 queues, all when it is null, and keeps what is left out', async () => {
  const put = (queueTypes?: unknown) => api.service.put('/api/agents/70', { firstName: 'Ada', queueTypes })
  expect((await put()).body).toMatchObject({ queueTypes: null })
  expect((await put(['unsigned_users', 'outstanding_requests', 'unsigned_users'])).body).toMatchObject({
    queueTypes: ['outstanding_requests', 'unsigned_users'],
  })
  expect((await put()).body.queueTypes).toHaveLength(2)
  expect((await put([])).body.queueTypes).toEqual([])
  expect((await put(null)).body).toMatchObject({ queueTypes: null })
  expect(await put(['there_is_none'])).toMatchObject({ status: 422, body: { code: 'unknown-queue' } })
  expect((await put(Array.from({ length: 21 }, () => 'unsigned_users'))).status).toBe(400)
})

test('an agent who asks for a queue that it does not serve is told so', async () => {
  await api.service.put('/api/agents/71', { firstName: 'Ben', queueTypes: ['unsigned_users'] })
  await api.service.put('/api/agents/71/session', { status: 'available' })
  const refused = { status: 409, body: { code: 'queue-not-served' } }
  const url = '/api/agents/71/next-call'
  expect(await api.as(71).get(`${url}?queueType=outstanding_requests`)).toMatchObject(refused)
  expect(await api.as(71).post(url, { queueType: 'outstanding_requests' })).toMatchObject(refused)
  expect(await api.as(71).post(url, { queueType: 'outstanding_requests' }, { key: 'once' })).toMatchObject(refused)
  expect((await api.as(71).post(url, { queueType: 'unsigned_users' })).status).toBe(204)
})
