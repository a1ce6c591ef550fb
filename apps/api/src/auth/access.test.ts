import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

const nobodys = '7a0f6b0e-3c1f-4a57-9d1c-6a4f5f1f0b11'
const later = '2026-03-02T15:00:00Z'

/** A request to each route, and its statuses for agent 7, agent 8, a service and a supervisor. */
const routes: Record<
  string,
  { url: string; body?: unknown; agent7: number; agent8: number; service: number; supervisor: number }
> = {
  'PUT /api/users/:userId': {
    url: '/api/users/1',
    body: { name: 'Ada' },
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'GET /api/users/:userId': { url: '/api/users/1', agent7: 403, agent8: 403, service: 200, supervisor: 200 },
  'DELETE /api/users/:userId': { url: '/api/users/999', agent7: 403, agent8: 403, service: 404, supervisor: 404 },
  'PUT /api/agents/:agentId': {
    url: '/api/agents/7',
    body: { firstName: 'A', lastName: 'B' },
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'GET /api/agents': { url: '/api/agents', agent7: 403, agent8: 403, service: 200, supervisor: 200 },
  'PUT /api/agents/:agentId/session': {
    url: '/api/agents/7/session',
    body: { status: 'available' },
    agent7: 200,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'POST /api/agents/:agentId/heartbeat': {
    url: '/api/agents/7/heartbeat',
    agent7: 204,
    agent8: 403,
    service: 403,
    supervisor: 204,
  },
  'GET /api/agents/:agentId/pending-callbacks': {
    url: '/api/agents/7/pending-callbacks',
    agent7: 200,
    agent8: 403,
    service: 403,
    supervisor: 200,
  },
  'GET /api/agents/:agentId/next-call': {
    url: '/api/agents/7/next-call',
    agent7: 204,
    agent8: 403,
    service: 403,
    supervisor: 204,
  },
  'POST /api/agents/:agentId/next-call': {
    url: '/api/agents/7/next-call',
    agent7: 204,
    agent8: 403,
    service: 403,
    supervisor: 204,
  },
  'POST /api/callbacks': {
    url: '/api/callbacks',
    body: { userId: '404', scheduledFor: later },
    agent7: 422,
    agent8: 422,
    service: 422,
    supervisor: 422,
  },
  'GET /api/callbacks': { url: '/api/callbacks?agentId=7', agent7: 200, agent8: 403, service: 200, supervisor: 200 },
  'GET /api/callbacks/:id': {
    url: `/api/callbacks/${nobodys}`,
    agent7: 404,
    agent8: 404,
    service: 404,
    supervisor: 404,
  },
  'POST /api/callbacks/accept': {
    url: '/api/callbacks/accept',
    body: { callbackId: nobodys, agentId: 7 },
    agent7: 404,
    agent8: 403,
    service: 403,
    supervisor: 404,
  },
  'POST /api/callbacks/snooze': {
    url: '/api/callbacks/snooze',
    body: { callbackId: nobodys, agentId: 7, minutes: 5 },
    agent7: 404,
    agent8: 403,
    service: 403,
    supervisor: 404,
  },
  'POST /api/callbacks/cancel': {
    url: '/api/callbacks/cancel',
    body: { callbackId: nobodys },
    agent7: 404,
    agent8: 404,
    service: 404,
    supervisor: 404,
  },
  'POST /api/callbacks/reschedule': {
    url: '/api/callbacks/reschedule',
    body: { callbackId: nobodys, scheduledFor: later },
    agent7: 404,
    agent8: 404,
    service: 404,
    supervisor: 404,
  },
  'POST /api/queue-entries/:id/release': {
    url: '/api/queue-entries/999/release',
    agent7: 404,
    agent8: 404,
    service: 404,
    supervisor: 404,
  },
  'PUT /api/queues/:queueType/users/:userId': {
    url: '/api/queues/unsigned_users/users/1',
    body: { priorityScore: 1 },
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'DELETE /api/queues/:queueType/users/:userId': {
    url: '/api/queues/unsigned_users/users/1',
    agent7: 403,
    agent8: 403,
    service: 204,
    supervisor: 204,
  },
  'GET /api/queues/:queueType': {
    url: '/api/queues/unsigned_users',
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'POST /api/call-sessions': {
    url: '/api/call-sessions',
    body: { userId: 404, agentId: 7, direction: 'inbound' },
    agent7: 422,
    agent8: 403,
    service: 422,
    supervisor: 422,
  },
  'POST /api/call-sessions/:id/complete': {
    url: `/api/call-sessions/${nobodys}/complete`,
    agent7: 404,
    agent8: 404,
    service: 404,
    supervisor: 404,
  },
  'POST /api/call-sessions/:id/outcome': {
    url: `/api/call-sessions/${nobodys}/outcome`,
    body: { outcomeType: 'resolved' },
    agent7: 404,
    agent8: 404,
    service: 404,
    supervisor: 404,
  },
  'POST /api/cron/callback-notifications': {
    url: '/api/cron/callback-notifications',
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'GET /api/cron/callback-notifications': {
    url: '/api/cron/callback-notifications',
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'GET /api/debug/callback-monitoring': {
    url: '/api/debug/callback-monitoring',
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'GET /api/debug/callback-lanes': {
    url: '/api/debug/callback-lanes',
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'GET /api/debug/callback-rows': {
    url: '/api/debug/callback-rows',
    agent7: 403,
    agent8: 403,
    service: 200,
    supervisor: 200,
  },
  'DELETE /api/agents/:agentId/session': {
    url: '/api/agents/7/session',
    agent7: 204,
    agent8: 403,
    service: 204,
    supervisor: 204,
  },
}

/** Routes that need no token. */
const open: Record<string, number> = {
  'GET /healthz': 200,
  'GET /readyz': 200,
  'GET /openapi.json': 200,
  'GET /docs': 301,
  'GET /docs/': 200,
  'GET /docs/js/scalar.js': 200,
}

const invalidTokens = {
  none: async () => undefined,
  garbage: async () => 'not-a-token',
  expired: tokenOf.expired,
  forged: tokenOf.forged,
  unsecured: async () => tokenOf.unsecured(),
}

const validTokens = {
  agent7: () => tokenOf.agent(7),
  agent8: () => tokenOf.agent(8),
  service: tokenOf.service,
  supervisor: tokenOf.supervisor,
}

let api: TestApi
const registered: string[] = []
const collect = (message: unknown) => {
  ;(message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const one of [method].flat()) registered.push(`${one} ${url}`)
  })
}

beforeAll(async () => {
  subscribe('fastify.initialization', collect)
  api = await openTestApi({ ADMIN_PASSWORD: 'of the board' })
  unsubscribe('fastify.initialization', collect)
  await api.service.put('/api/users/1', { name: 'Ada' })
  for (const id of [7, 8]) await api.service.put(`/api/agents/${id}`, { firstName: 'Agent', lastName: String(id) })
})
afterAll(() => api.close())

test('every route that the API registers is in the table, and the table holds no other', () => {
  const ofBoard = (route: string) => route.includes(' /admin/queues')
  const known = [...Object.keys(routes), ...Object.keys(open)]
  const heads = known.filter((route) => route.startsWith('GET ')).map((route) => route.replace('GET', 'HEAD'))
  expect(registered.filter((route) => !ofBoard(route)).toSorted()).toEqual([...known, ...heads].toSorted())
  expect(registered.filter(ofBoard).length).toBeGreaterThan(20)
})

for (const [route, { url, body, ...expected }] of Object.entries(routes)) {
  const [method] = route.split(' ') as ['GET' | 'PUT' | 'POST' | 'DELETE']

  test(`${route} refuses every token that is not valid`, async () => {
    for (const [kind, token] of Object.entries(invalidTokens)) {
      const answer = await api.ask(await token(), method, url, { body })
      expect.soft(answer, kind).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
      expect.soft(answer.headers['www-authenticate'], kind).toBe('Bearer')
    }
  })

  test(`${route} lets in whom it should`, async () => {
    const statuses: Record<string, number> = {}
    for (const [role, token] of Object.entries(validTokens)) {
      statuses[role] = (await api.ask(await token(), method, url, { body })).status
      if (method !== 'GET') continue
      const head = await api.ask(await token(), 'HEAD', url)
      expect(head, `HEAD as ${role}`).toMatchObject({ status: statuses[role], text: '' })
    }
    expect(statuses).toEqual(expected)
  })
}

test.each(Object.entries(open))('%s needs no token', async (route, status) => {
  const [, url] = route.split(' ')
  expect((await api.ask(undefined, 'GET', url!)).status).toBe(status)
})

test('Bull Board lets no bearer in: not to its page, its API or its files', async () => {
  const statuses = new Map<string, number>()
  for (const route of registered.filter((one) => one.includes(' /admin/queues'))) {
    const [method, pattern] = route.split(' ') as ['GET', string]
    const url = pattern.replaceAll(/:\w+/g, 'x').replace('*', 'favicon-32x32.png')
    for (const token of [undefined, await tokenOf.supervisor()]) {
      statuses.set(`${route} ${token}`, (await api.ask(token, method, url)).status)
    }
  }
  expect([...statuses].filter(([, status]) => status !== 401)).toEqual([])
})
