import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { acceptCallback, claimNextCall, startCall } from '@ringback/core'
import { roles, type Actor, type Role } from '@ringback/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessTable, accessWorld, another, asking, statusFor, type AccessWorld } from './auth/access-table.ts'
import { openTestApi, type TestApi } from './testing/api.ts'
import { sign } from './testing/tokens.ts'

const callers = {
  agent: { role: 'agent', agentId: asking, sub: 'ada@desk' },
  desk: { role: 'desk', agentId: asking, sub: 'desktops' },
  service: { role: 'service', sub: 'crm' },
  viewer: { role: 'viewer', sub: 'wall' },
  supervisor: { role: 'supervisor', sub: 'nina' },
} as const satisfies Record<Role, Actor>

let api: TestApi
let world: AccessWorld
beforeAll(async () => {
  api = await openTestApi()
  for (const id of [asking, another]) await api.service.put(`/api/agents/${id}`, { firstName: 'Agent' })
  world = accessWorld(api.engine)
})
afterAll(() => api.close())

/** Where the request of the table changes nothing: one that does. */
const changing: Record<string, () => Promise<{ url: string; body?: unknown }>> = {
  'POST /api/agents/:agentId/next-call': async () => {
    await acceptCallback(api.engine.deps, { callbackId: await world.callbackOf('nobodys'), agentId: asking })
    return { url: `/api/agents/${asking}/next-call` }
  },
  'POST /api/call-sessions/:id/outcome': async () => {
    await acceptCallback(api.engine.deps, { callbackId: await world.callbackOf('nobodys'), agentId: asking })
    const call = await claimNextCall(api.engine.deps, { agentId: asking })
    return { url: `/api/call-sessions/${call!.callSessionId}/outcome`, body: { outcomeType: 'resolved' } }
  },
  'POST /api/call-sessions/:id/complete': async () => {
    const input = { userId: await world.userOf('own'), agentId: asking, direction: 'inbound' } as const
    const { session } = await startCall(api.engine.deps, { ...input, twilioCallSid: randomUUID() })
    return { url: `/api/call-sessions/${session.id}/complete` }
  },
  'POST /api/telephony/events': async () => {
    const input = { userId: await world.userOf('own'), direction: 'inbound' } as const
    const { session } = await startCall(api.engine.deps, { ...input, twilioCallSid: randomUUID() })
    return { url: '/api/telephony/events', body: { callSessionId: session.id, status: 'completed' } }
  },
}

/** What happened to promises in all of them. */
const seen = new Set<string>()

/** That a desktop is alive is no change. */
const silent = 'POST /api/agents/:agentId/heartbeat'

const cases = Object.entries(accessTable).flatMap(([route, row]) => {
  const [method] = route.split(' ') as ['GET' | 'PUT' | 'POST' | 'DELETE']
  if (method === 'GET' || route === silent) return []
  const allowed = roles.filter((role) => statusFor(route, role, 'own') < 300)
  return allowed.flatMap((role) =>
    (method === 'POST' ? ['', ', under a key'] : ['']).map((key) => ({
      title: `${route} as ${role}${key}`,
      route,
      method,
      row,
      role,
      key,
    })),
  )
})

describe('each row of history and each line of the log says who did it', () => {
  test.each(cases)('$title', async ({ route, method, row, role, key }) => {
    await world.start()
    const { url, body } = await (changing[route]?.() ?? row.request(world, 'own'))
    const [last] = await api.engine.sql`select coalesce(max(id), 0) as id from callback_notifications`
    const logged = api.engine.logged.length
    const answer = await api.ask(await sign(callers[role]), method, url, {
      body,
      ...(key && { key: randomUUID() }),
      headers: { 'ringback-agent': String(asking) },
    })
    expect(answer.status).toBeLessThan(300)

    const events = await api.engine.sql`select kind, actor from callback_notifications where id > ${last!.id}`
    for (const { kind } of events) seen.add(kind)
    for (const event of events) expect(event).toEqual({ kind: event.kind, actor: callers[role] })
    const lines = api.engine.logged.slice(logged)
    const changes = lines.filter(({ level, msg, audit }) => Number(level) >= 30 && msg !== 'request' && !audit)
    const byOthers = changes.filter(({ actor }) => !isDeepStrictEqual(actor, callers[role]))
    // A tick that was asked for is the engine's from then on.
    const byEngine = route.includes('/cron/') ? [{ msg: 'tick finished', actor: { role: 'engine', task: 'tick' } }] : []
    expect(byOthers).toMatchObject(byEngine)
    expect(byOthers).toHaveLength(byEngine.length)
    expect(changes.length).toBeGreaterThan(byOthers.length)
  })

  test('whatever happens to a promise', () => {
    const asked = ['scheduled', 'accepted', 'snoozed', 'rescheduled', 'cancelled', 'claimed', 'released', 'completed']
    expect([...seen]).toEqual(expect.arrayContaining(asked))
  })
})

test('the events of a promise tell the agent whom they concern from who did it, and agents see no other sub', async () => {
  await world.start()
  const { id: callbackId } = await api.engine.addCallback({ preferredAgentId: asking, inMinutes: 3 })
  const asNina = await sign(callers.supervisor)
  const asAda = await sign(callers.agent)
  await api.ask(asNina, 'POST', '/api/callbacks/accept', { body: { callbackId, agentId: asking } })
  await api.ask(asAda, 'POST', '/api/callbacks/snooze', { body: { callbackId, agentId: asking, minutes: 1 } })
  const told = async (token: string) => {
    const { body } = await api.ask(token, 'GET', `/api/callbacks/${callbackId}`)
    return body.history.map(({ kind, agentId, actor }: Record<string, unknown>) => [kind, agentId, actor])
  }
  const own = { role: 'engine', task: 'ringback-test' }
  expect(await told(asNina)).toEqual([
    ['scheduled', asking, own],
    ['accepted', asking, callers.supervisor],
    ['snoozed', asking, callers.agent],
  ])
  expect(await told(asAda)).toEqual([
    ['scheduled', asking, own],
    ['accepted', asking, { role: 'supervisor' }],
    ['snoozed', asking, callers.agent],
  ])

  // Ada's colleague has it next, and sees Ada without her sub.
  await api.engine.sql`update callbacks set preferred_agent_id = ${another} where id = ${callbackId}`
  const asColleague = await sign({ role: 'agent', agentId: another, sub: 'ben@desk' })
  expect((await told(asColleague)).at(-1)).toEqual(['snoozed', asking, { role: 'agent', agentId: asking }])

  // Of what happened before actors were written down nobody is named.
  await api.engine.sql`update callback_notifications set actor = null where callback_id = ${callbackId}`
  expect((await told(asColleague)).map(([, , actor]: unknown[]) => actor)).toEqual([null, null, null])
})
