import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { roles } from '@ringback/db'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'
import { accessTable, accessWorld, another, asking, relations, statusFor, type AccessWorld } from './access-table.ts'

/** Routes that need no token, and what they answer who has none. */
const open: Record<string, number> = {
  'GET /api/session/options': 200,
  'GET /api/session': 401, // It tells whose token it is.
  'POST /api/session': 400,
  'DELETE /api/session': 204,
  'GET /': 302,
  'GET /healthz': 200,
  'GET /readyz': 200,
  'GET /openapi.json': 200,
  'GET /problems': 200,
  'GET /problems/:code': 404, // There is no problem of that name.
  'GET /llms.txt': 200,
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

const deactivated = 9
const neverWritten = 10
const tokenFor = { ...tokenOf, agent: () => tokenOf.agent(asking) }
/** For whom a desk acts; for others that means nothing. */
const actingFor = (agentId: number) => ({ headers: { 'ringback-agent': String(agentId) } })

let api: TestApi
let world: AccessWorld
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
  for (const id of [asking, another]) await api.service.put(`/api/agents/${id}`, { firstName: 'Agent' })
  await api.service.put(`/api/agents/${deactivated}`, { firstName: 'Agent', isActive: false })
  world = accessWorld(api.engine)
})
afterAll(() => api.close())

test('every route that the API registers is in the table, and the table holds no other', () => {
  const ofBoard = (route: string) => route.includes(' /admin/queues')
  const known = [...Object.keys(accessTable), ...Object.keys(open)]
  const heads = known.filter((route) => route.startsWith('GET ')).map((route) => route.replace('GET', 'HEAD'))
  expect(registered.filter((route) => !ofBoard(route)).toSorted()).toEqual([...known, ...heads].toSorted())
  expect(registered.filter(ofBoard).length).toBeGreaterThan(20)
})

for (const [route, { request }] of Object.entries(accessTable)) {
  const [method] = route.split(' ') as ['GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE']

  test(`${route} refuses every token that is not valid`, async () => {
    const { url, body } = await request(world, 'own')
    for (const [kind, token] of Object.entries(invalidTokens)) {
      const answer = await api.ask(await token(), method, url, { body })
      expect.soft(answer, kind).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
      expect.soft(answer.headers['www-authenticate'], kind).toBe('Bearer')
    }
  })

  test(`${route} refuses agents who are not active or never were`, async () => {
    for (const relation of relations) {
      await world.start()
      const { url, body } = await request(world, relation)
      for (const agentId of [deactivated, neverWritten]) {
        expect.soft((await api.ask(await tokenOf.agent(agentId), method, url, { body })).status, relation).toBe(403)
        const byDesk = await api.ask(await tokenOf.desk(), method, url, { body, ...actingFor(agentId) })
        expect.soft(byDesk.status, `desk, ${relation}`).toBe(403)
      }
    }
  })

  test.each(relations)(`${route} lets in whom it should at what is %s`, async (relation) => {
    const statuses: Record<string, number> = {}
    for (const role of roles) {
      await world.start()
      const { url, body } = await request(world, relation)
      const token = await tokenFor[role]()
      statuses[role] = (await api.ask(token, method, url, { body, ...actingFor(asking) })).status
      if (method !== 'GET') continue
      const head = await api.ask(token, 'HEAD', url, actingFor(asking))
      expect(head, `HEAD as ${role}`).toMatchObject({ status: statuses[role], text: '' })
    }
    expect(statuses).toEqual(Object.fromEntries(roles.map((role) => [role, statusFor(route, role, relation)])))
  })
}

test.each(Object.entries(open))('%s needs no token', async (route, status) => {
  const [method, url] = route.split(' ') as ['GET' | 'POST' | 'DELETE', string]
  expect((await api.ask(undefined, method, url)).status).toBe(status)
})

test('Bull Board lets no bearer in: not to its page, its API or its files', async () => {
  const statuses = new Map<string, number>()
  for (const route of registered.filter((one) => one.includes(' /admin/queues'))) {
    const [method, pattern] = route.split(' ') as ['GET', string]
    const url = pattern.replaceAll(/:\w+/g, 'x').replace('*', 'favicon-32x32.png')
    for (const token of [undefined, ...(await Promise.all(roles.map((role) => tokenFor[role]())))]) {
      statuses.set(`${route} ${token}`, (await api.ask(token, method, url)).status)
    }
  }
  expect([...statuses].filter(([, status]) => status !== 401)).toEqual([])
})
