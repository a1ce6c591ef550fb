import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type Caller, type TestApi } from './testing/api.ts'
import { tokenOf } from './testing/tokens.ts'

let api: TestApi
let asAgent: Caller
let urls: Record<string, string>
beforeAll(async () => {
  api = await openTestApi({ CORS_ORIGINS: 'https://desk.example.com' })
  const agentId = await api.engine.addAgent('available')
  asAgent = api.as(agentId)
  const { id, userId } = await api.engine.addCallback({ preferredAgentId: agentId })
  await api.supervisor.put('/api/calendars/support', { week: { mon: [['08:00', '20:00']] } })
  urls = {
    callback: `/api/callbacks/${id}`,
    user: `/api/users/${userId}`,
    agent: `/api/agents/${agentId}`,
    policy: '/api/policies/unsigned_users',
    calendar: '/api/calendars/support',
  }
})
afterAll(() => api.close())

const ifNot = (etag: string) => ({ headers: { 'if-none-match': etag } })

describe.each(['callback', 'user', 'agent', 'policy', 'calendar'])('one %s', (what) => {
  test('has an ETag, with which it is asked for again without a body', async () => {
    const first = await api.supervisor.get(urls[what]!)
    const { etag } = first.headers
    expect(etag).toMatch(/^"[\w:.-]+"$/)
    expect(first.headers).toMatchObject({
      'cache-control': 'private, no-cache',
      vary: expect.stringMatching(/Authorization, Cookie, Ringback-Agent$/),
    })
    for (const known of [etag!, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await api.supervisor.get(urls[what]!, undefined, ifNot(known))
      expect(again).toMatchObject({ status: 304, text: '', headers: { etag, 'cache-control': 'private, no-cache' } })
      expect(again.headers).not.toHaveProperty('content-type')
    }
    expect(await api.supervisor.get(urls[what]!, undefined, ifNot('"other"'))).toMatchObject({
      status: 200,
      headers: { etag },
    })
  })

  test('is answered as briefly to HEAD', async () => {
    const head = (headers = {}) => api.app.inject({ method: 'HEAD', url: urls[what]!, headers })
    const authorization = `Bearer ${await tokenOf.supervisor()}`
    const { headers } = await head({ authorization })
    const again = await head({ authorization, 'if-none-match': headers.etag })
    expect(again).toMatchObject({ statusCode: 304, body: '', headers: { etag: headers.etag } })
    expect(again.headers['content-length']).toBe(headers['content-length'])
  })
})

test('what has changed is answered whole, with another ETag', async () => {
  await api.service.put(urls['user']!, { name: 'Ada' })
  const { etag } = (await api.supervisor.get(urls['user']!)).headers
  await api.service.put(urls['user']!, { name: 'Eve' })
  const changed = await api.supervisor.get(urls['user']!, undefined, ifNot(etag!))
  expect(changed).toMatchObject({ status: 200, body: { name: 'Eve' } })
  expect(changed.headers['etag']).not.toBe(etag)
})

test('the ETag of a policy is its version, which If-Match takes', async () => {
  const put = (etag: string, callbackShare: number) =>
    api.supervisor.put(urls['policy']!, { callbackShare }, { headers: { 'if-match': etag } })
  const { etag } = (await api.supervisor.get(urls['policy']!)).headers
  const written = await put(etag!, 80)
  expect(written).toMatchObject({ status: 200, headers: { etag: '"1"', 'cache-control': 'no-store' } })
  expect((await put(etag!, 90)).body.code).toBe('policy-changed')
  expect((await api.supervisor.get(urls['policy']!)).headers['etag']).toBe('"1"')
})

test('the ETag of a calendar is when it last changed, which If-Match takes', async () => {
  const url = '/api/calendars/shared'
  const week = { mon: [['08:00', '20:00']] }
  const put = (headers: Record<string, string> = {}) => api.supervisor.put(url, { week }, { headers })
  expect((await put({ 'if-match': '"2026-03-02T10:00:00.000Z"' })).body.code).toBe('calendar-changed')
  const { etag } = (await put()).headers
  expect((await api.supervisor.get(url)).headers['etag']).toBe(etag)
  api.engine.time.advance(1)
  const next = await put({ 'if-match': etag! })
  expect(next.status).toBe(200)
  const late = await put({ 'if-match': etag! })
  expect(late).toMatchObject({ status: 412, body: { code: 'calendar-changed' } })
  expect((await api.supervisor.get(url)).headers['etag']).toBe(next.headers['etag'])
  expect((await put({ 'if-match': 'what it was' })).status).toBe(400)
})

test('what an agent may not see is no other answer with the same ETag', async () => {
  const { id } = await api.engine.addCallback()
  await api.supervisor.post('/api/callbacks/reschedule', { callbackId: id, scheduledFor: '2026-03-02T15:00:00Z' })
  const [seen, known] = [await asAgent.get(`/api/callbacks/${id}`), await api.supervisor.get(`/api/callbacks/${id}`)]
  expect(seen.headers['etag']).not.toBe(known.headers['etag'])
  expect((await asAgent.get(`/api/callbacks/${id}`, undefined, ifNot(known.headers['etag']!))).status).toBe(200)
})

test('lists, refusals and what is done are kept by nobody', async () => {
  for (const answer of [
    await api.supervisor.get('/api/callbacks', undefined, ifNot('*')),
    await api.supervisor.get('/api/users/987654321', undefined, ifNot('*')),
    await api.supervisor.post('/api/call-sessions', { userId: await api.engine.addUser(), direction: 'inbound' }),
  ]) {
    expect(answer.status).not.toBe(304)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers).not.toHaveProperty('etag')
  }
})
