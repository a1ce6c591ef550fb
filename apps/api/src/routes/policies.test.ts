import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const url = '/api/policies/outstanding_requests'

test('a policy is read, written by a supervisor, and replaced if it is still the one that was read', async () => {
  const { supervisor, service, engine } = api
  const writtenAt = engine.time.now().toISOString()
  expect((await service.get(url)).body).toEqual({
    queueType: 'outstanding_requests',
    version: 0,
    document: {},
    writtenBy: null,
    writtenAt: null,
  })
  const retries = { maxAttempts: 4, minutes: { busy: [5, 15] } }
  const written = {
    queueType: 'outstanding_requests',
    version: 1,
    document: { retries: { ...retries, maxPerDay: 3 } },
    writtenBy: { role: 'supervisor', sub: expect.any(String) },
    writtenAt,
  }
  const ifMatch = (version: string) => ({ headers: { 'if-match': version } })
  expect(await supervisor.put(url, { retries }, ifMatch('0'))).toMatchObject({ status: 200, body: written })
  expect((await service.get(url)).body).toEqual(written)
  expect(await supervisor.put(url, { callbackShare: 80 }, ifMatch('0'))).toMatchObject({
    status: 412,
    body: { code: 'policy-changed', detail: expect.stringContaining('at version 1, not 0') },
  })
  expect(await supervisor.put(url, { callbackShare: 80 }, ifMatch('"1"'))).toMatchObject({ body: { version: 2 } })
  expect((await service.get(`${url}/versions`)).body.items).toMatchObject([{ version: 2 }, written])
  expect((await service.get(`${url}/versions?limit=1`)).body.items).toHaveLength(1)
})

test('what is wrong with a document is said where it is', async () => {
  const put = (body: object) => api.supervisor.put(url, body)
  expect(await put({ openingHours: 'office' })).toMatchObject({ status: 422, body: { code: 'unknown-calendar' } })
  expect(await put({ retries: { maxAttempts: 4, minutes: {} }, shares: 3 })).toMatchObject({
    status: 400,
    body: {
      code: 'invalid-request',
      errors: expect.arrayContaining([
        { path: 'body.retries.minutes', message: 'must name the waits of one outcome at least' },
      ]),
    },
  })
  expect(await api.supervisor.put(url, {}, { headers: { 'if-match': '*' } })).toMatchObject({ status: 400 })
  expect(await api.supervisor.put('/api/policies/unknown', {})).toMatchObject({
    status: 422,
    body: { code: 'unknown-queue' },
  })
})

test('a promise may say otherwise, and an outcome tells of the next call', async () => {
  const { supervisor, service, engine } = api
  await supervisor.put(url, { retries: { maxAttempts: 4, minutes: { busy: [5] } } })
  const agentId = await engine.addAgent('available')
  const call = async (policy: object | undefined) => {
    const userId = await engine.addUser()
    const scheduledFor = engine.time.now()
    const { body, status } = await service.post('/api/callbacks', { userId, scheduledFor, policy })
    expect({ status, policy: body.policy }).toEqual({ status: 201, policy: policy ?? null })
    await engine.route(body.id)
    const { callSessionId } = (await api.as(agentId).post(`/api/agents/${agentId}/next-call`)).body
    return (await api.as(agentId).post(`/api/call-sessions/${callSessionId}/outcome`, { outcomeType: 'busy' })).body
  }
  const at = new Date(engine.time.now().getTime() + 5 * 60_000).toISOString()
  expect(await call(undefined)).toMatchObject({
    retry: { at, attempt: 2 },
    callback: { status: 'pending', scheduledFor: at },
  })
  expect(await call({ maxAttempts: 1 })).toMatchObject({ retry: null, callback: { status: 'completed' } })
  const wrong = { userId: '1', scheduledFor: at, policy: { callbackShare: 3 } }
  expect(await service.post('/api/callbacks', wrong)).toMatchObject({ status: 400 })
})
