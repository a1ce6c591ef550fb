import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const nobodys = '7a0f6b0e-3c1f-4a57-9d1c-6a4f5f1f0b11'

async function claim() {
  const agentId = await api.engine.addAgent('available')
  const { id } = await api.engine.addCallback({ preferredAgentId: agentId })
  await api.engine.route(id)
  const { body } = await api.as(agentId).post(`/api/agents/${agentId}/next-call`)
  return { agentId, callbackId: id, entryId: body.queueEntry.id, callSessionId: body.callSessionId, user: body.user }
}

describe('call sessions', () => {
  test('the same twilioCallSid again is the same session', async () => {
    const userId = await api.engine.addUser()
    const body = { userId, direction: 'inbound', twilioCallSid: 'CA1' }
    const first = await api.service.post('/api/call-sessions', body)
    const again = await api.service.post('/api/call-sessions', body)
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.text).toBe(first.text)
    expect(first.body).toMatchObject({ userId, direction: 'inbound', status: 'in_progress', agentId: null })
  })

  test('what an agent reports is its own call', async () => {
    const [agentId, userId] = [await api.engine.addAgent(), await api.engine.addUser()]
    const { body } = await api.as(agentId).post('/api/call-sessions', { userId, direction: 'inbound' })
    expect(body.agentId).toBe(agentId)
    const other = await api.engine.addAgent()
    for (const end of ['complete', 'outcome']) {
      const answer = await api
        .as(other)
        .post(`/api/call-sessions/${body.id}/${end}`, end === 'outcome' ? { outcomeType: 'busy' } : undefined)
      expect(answer).toMatchObject({ status: 403, body: { code: 'not-your-call' } })
    }
  })

  test('an agent makes up no second one, and a service reports as many as there are', async () => {
    const agentId = await api.engine.addAgent()
    const report = async (caller: typeof api.service) => {
      const body = { userId: await api.engine.addUser(), agentId, direction: 'inbound' }
      return caller.post('/api/call-sessions', body)
    }
    const { body: first } = await report(api.as(agentId))
    const second = await report(api.as(agentId))
    expect(second).toMatchObject({ status: 409, body: { code: 'agent-in-call' } })
    expect(second.body.detail).toContain(first.id)
    expect([(await report(api.service)).status, (await report(api.service)).status]).toEqual([201, 201])
  })

  test('complete ends a call without an outcome, with or without a body', async () => {
    const userId = await api.engine.addUser()
    const start = async () => (await api.service.post('/api/call-sessions', { userId, direction: 'inbound' })).body.id
    const withBody = await api.service.post(`/api/call-sessions/${await start()}/complete`, { durationSeconds: 9 })
    expect(withBody).toMatchObject({
      status: 200,
      body: { status: 'completed', durationSeconds: 9, lastOutcomeType: null },
    })
    expect((await api.service.post(`/api/call-sessions/${await start()}/complete`)).status).toBe(200)
    expect((await api.service.post(`/api/call-sessions/${nobodys}/complete`)).body.code).toBe('call-session-not-found')
  })

  test('an outcome completes the callback and promises the next one; the same again is the same answer, another is 409', async () => {
    const { agentId, callbackId, callSessionId } = await claim()
    const url = `/api/call-sessions/${callSessionId}/outcome`
    const body = {
      outcomeType: 'callback_requested',
      notes: 'after lunch',
      nextCallback: { scheduledFor: '2026-03-02T13:00:00+00:00', callbackReason: 'again', preferredAgentId: agentId },
    }
    const first = await api.as(agentId).post(url, body)
    expect(first).toMatchObject({
      status: 200,
      body: {
        callSession: { lastOutcomeType: 'callback_requested', outcomeNotes: 'after lunch', callbackScheduled: true },
        callback: { id: callbackId, status: 'completed', completedCallSessionId: callSessionId },
        nextCallback: {
          status: 'pending',
          scheduledFor: '2026-03-02T13:00:00.000Z',
          originalCallSessionId: callSessionId,
        },
      },
    })
    expect((await api.as(agentId).post(url, body)).text).toBe(first.text)
    expect(await api.as(agentId).post(url, { outcomeType: 'resolved' })).toMatchObject({
      status: 409,
      body: { code: 'outcome-recorded' },
    })
  })

  test.each([
    {},
    { outcomeType: 'great' },
    { outcomeType: 'resolved', durationSeconds: -1 },
    { outcomeType: 'resolved', nextCallback: {} },
    { outcomeType: 'resolved', nextCallback: { scheduledFor: '2026-03-02T13:00:00Z', userId: '1' } },
  ])('the outcome %j is malformed', async (body) => {
    expect((await api.service.post(`/api/call-sessions/${nobodys}/outcome`, body)).status).toBe(400)
  })
})

describe('next call', () => {
  test('needs a session, and takes its body or none', async () => {
    const agentId = await api.engine.addAgent()
    const next = (body?: unknown, headers?: Record<string, string>) =>
      api.as(agentId).post(`/api/agents/${agentId}/next-call`, body, headers ? { headers } : {})
    expect(await next()).toMatchObject({ status: 409, body: { code: 'agent-not-logged-in' } })
    await api.as(agentId).put(`/api/agents/${agentId}/session`, { status: 'available' })
    expect((await next()).status).toBe(204)
    expect((await next({})).status).toBe(204)
    expect((await next('', { 'content-type': 'application/json' })).status).toBe(204)
    expect((await next({ queueType: 'VIP' })).status).toBe(400)
    expect((await next({ queueType: 'vip' })).status).toBe(422)
  })

  test('tells whom to call, and keeps to the queue asked for', async () => {
    const [agentId, userId] = [await api.engine.addAgent('available'), await api.engine.addUser()]
    await api.service.put(`/api/queues/unsigned_users/users/${userId}`, { priorityScore: 5 })
    const url = `/api/agents/${agentId}/next-call`
    expect((await api.as(agentId).get(`${url}?queueType=outstanding_requests`)).status).toBe(204)
    expect((await api.as(agentId).post(url, { queueType: 'outstanding_requests' })).status).toBe(204)
    const { body } = await api.as(agentId).post(url, { queueType: 'unsigned_users' })
    expect(body).toMatchObject({
      callback: null,
      user: { userId, phone: '+1 202 555 0100' },
      queueEntry: { claimedByAgentId: agentId },
    })
  })

  test('the log says which agent has read which user, and nothing of what there was to read', async () => {
    const [agentId, userId] = [await api.engine.addAgent('available'), await api.engine.addUser()]
    await api.service.put(`/api/queues/unsigned_users/users/${userId}`, { priorityScore: 0 })
    const url = `/api/agents/${agentId}/next-call`
    api.engine.logged.splice(0)
    expect((await api.supervisor.get(`${url}?queueType=unsigned_users`)).body.user).toMatchObject({ userId })
    const readings = () => api.engine.logged.filter((line) => line['audit'] === 'user-read')
    expect(readings()).toEqual([])
    expect((await api.as(agentId).get(`${url}?queueType=outstanding_requests`)).status).toBe(204)
    expect(readings()).toEqual([])
    await api.as(agentId).get(`${url}?queueType=unsigned_users`)
    await api.as(agentId).post(url, { queueType: 'unsigned_users' }, { key: 'a-claim' })
    const reading = { level: 30, agentId, userId, msg: 'agent has read a user', requestId: expect.any(String) }
    expect(readings()).toMatchObject([reading, reading])
    expect(JSON.stringify(readings())).not.toMatch(/202 555|User \d/)
  })

  test('release gives the call back; only its agent may, and only once', async () => {
    const { agentId, callbackId, entryId } = await claim()
    const other = await api.engine.addAgent()
    const url = `/api/queue-entries/${entryId}/release`
    expect(await api.as(other).post(url)).toMatchObject({ status: 403, body: { code: 'not-your-call' } })
    expect(await api.as(agentId).post(url)).toMatchObject({
      status: 200,
      body: { queueEntry: { status: 'assigned', callbackId, callSessionId: null } },
    })
    expect(await api.as(agentId).post(url)).toMatchObject({ status: 409, body: { code: 'entry-not-claimed' } })
    expect(await api.as(agentId).post('/api/queue-entries/987654/release')).toMatchObject({
      status: 404,
      body: { code: 'queue-entry-not-found' },
    })
  })
})

describe('users and queues', () => {
  test('a queue is listed in order, with positions', async () => {
    const users = [await api.engine.addUser(), await api.engine.addUser(), await api.engine.addUser()]
    for (const [index, score] of [30, 10, 20].entries()) {
      const put = await api.service.put(`/api/queues/outstanding_requests/users/${users[index]}`, {
        priorityScore: score,
        claimId: 'C-1',
      })
      expect(put).toMatchObject({ status: 200, body: { status: 'pending', claimId: 'C-1', callbackId: null } })
      expect(put.body).not.toHaveProperty('version')
    }
    const { body } = await api.service.get('/api/queues/outstanding_requests?limit=200')
    const mine = body.entries.filter((entry: { userId: string }) => users.includes(entry.userId))
    expect(mine.map((entry: { priorityScore: number }) => entry.priorityScore)).toEqual([10, 20, 30])
    expect(body.entries.map((entry: { queuePosition: number }) => entry.queuePosition)).toEqual(
      body.entries.map((_: unknown, index: number) => index + 1),
    )
    expect(body.total).toBe(body.entries.length)
    expect(await api.service.delete(`/api/queues/outstanding_requests/users/${users[0]}`)).toMatchObject({
      status: 204,
      text: '',
    })
    expect((await api.service.get('/api/queues/outstanding_requests')).body.total).toBe(body.total - 1)
  })

  test.each([-1, 0.5, '3', undefined])('the score %j is malformed', async (priorityScore) => {
    expect((await api.service.put('/api/queues/unsigned_users/users/1', { priorityScore })).status).toBe(400)
  })

  test('a user who does not exist has no place', async () => {
    expect(await api.service.put('/api/queues/unsigned_users/users/404404', { priorityScore: 1 })).toMatchObject({
      status: 404,
      body: { code: 'user-not-found' },
    })
  })

  test('a user in a call is not deleted; afterwards it is', async () => {
    const { agentId, callSessionId, user } = await claim()
    const url = `/api/users/${user.userId}`
    expect(await api.service.delete(url)).toMatchObject({ status: 409, body: { code: 'user-in-call' } })
    await api.as(agentId).post(`/api/call-sessions/${callSessionId}/outcome`, { outcomeType: 'resolved' })
    expect(await api.service.delete(url)).toMatchObject({ status: 204, text: '' })
    expect(await api.service.delete(url)).toMatchObject({ status: 404, body: { code: 'user-not-found' } })
  })

  test.each([
    {},
    { name: '' },
    { name: '  ' },
    { name: 'x'.repeat(201) },
    { name: 'A', phone: 5 },
    { name: 'A', id: '1' },
  ])('the user %j is malformed', async (body) => {
    expect((await api.service.put('/api/users/1', body)).status).toBe(400)
  })
})
