import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

test('a callback goes from the promise to its outcome over HTTP', async () => {
  const { service, engine } = api
  const at = new Date(engine.time.now().getTime() + 60_000).toISOString()
  expect(await service.put('/api/users/1001', { name: 'Ada', phone: '+15550100' })).toMatchObject({
    status: 201,
    body: { userId: '1001', name: 'Ada' },
  })
  expect(await service.put('/api/users/1001', { name: 'Ada L.' })).toMatchObject({
    status: 200,
    body: { name: 'Ada L.', phone: '+15550100' },
  })
  expect((await service.put('/api/agents/7', { firstName: 'Grace', lastName: 'H.' })).status).toBe(201)
  const agent = api.as(7)
  expect(await agent.put('/api/agents/7/session', { status: 'available' })).toMatchObject({
    status: 200,
    body: { agentId: 7, status: 'available', logoutAt: null },
  })

  const promised = await service.post('/api/callbacks', {
    userId: 1001,
    scheduledFor: at,
    callbackReason: 'Contract',
    preferredAgentId: 7,
  })
  expect(promised).toMatchObject({
    status: 201,
    body: { userId: '1001', scheduledFor: at, status: 'pending', preferredAgentId: 7 },
  })
  expect(promised.body).not.toHaveProperty('isQueued')
  const callbackId = promised.body.id

  expect((await agent.get('/api/agents/7/pending-callbacks')).body.callbacks).toHaveLength(1)
  await engine.route(callbackId)
  expect((await agent.get('/api/agents/7/next-call')).status).toBe(204)
  const accepted = await agent.post('/api/callbacks/accept', { callbackId, agentId: 7 })
  expect(accepted).toMatchObject({
    status: 200,
    body: { callback: { status: 'accepted' }, queueEntry: { priorityScore: -2000 }, queueType: 'outstanding_requests' },
  })
  expect(accepted.body.queueEntry).not.toHaveProperty('version')

  expect(await agent.get('/api/agents/7/next-call')).toMatchObject({
    status: 200,
    body: { callback: { id: callbackId }, user: { userId: '1001' } },
  })
  const claimed = await agent.post('/api/agents/7/next-call')
  expect(claimed).toMatchObject({ status: 200, body: { resumed: false, queueEntry: { status: 'in_progress' } } })
  expect((await agent.post('/api/agents/7/next-call')).body).toMatchObject({
    resumed: true,
    callSessionId: claimed.body.callSessionId,
  })

  const outcome = await agent.post(`/api/call-sessions/${claimed.body.callSessionId}/outcome`, {
    outcomeType: 'resolved',
    durationSeconds: 30,
  })
  expect(outcome).toMatchObject({
    status: 200,
    body: {
      callSession: { lastOutcomeType: 'resolved', durationSeconds: 30 },
      callback: { status: 'completed' },
      nextCallback: null,
    },
  })

  const story = await service.get(`/api/callbacks/${callbackId}`)
  expect(story.body.history.map((event: { kind: string }) => event.kind)).toEqual([
    'scheduled',
    'queued',
    'accepted',
    'claimed',
    'completed',
  ])
  expect(story.body.queueEntry).toBeNull()
})
