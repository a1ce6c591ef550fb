import {
  acceptCallback,
  claimNextCall,
  closeSession,
  completeCall,
  createWebhook,
  putCalendar,
  putSession,
  startCall,
  testWebhook,
} from '@ringback/core'
import { callSessions, type Role } from '@ringback/db'
import type { TestEngine } from '@ringback/testing'

/** What a request is about: something of the agent who asks, of no agent, or of another one. */
export const relations = ['own', 'nobodys', 'anothers'] as const
export type Relation = (typeof relations)[number]

/** A status for each relation, or one for all of them. */
type Statuses = number | readonly [own: number, nobodys: number, anothers: number]

interface Row {
  /** The request, about something that was made for it. */
  request: (world: AccessWorld, relation: Relation) => Promise<{ url: string; body?: unknown }>
  agent: Statuses
  service: Statuses
  supervisor: Statuses
}

/**
 * What `route` answers a role at what is own, nobody's or another's. A desk that acts for an agent is answered as that agent
 * is, and a viewer as a supervisor, where it only looks: that holds for every route, so no row says it.
 */
export function statusFor(route: string, role: Role, relation: Relation): number {
  const { agent, service, supervisor } = accessTable[route]!
  const ofRole = {
    agent,
    desk: agent,
    service,
    viewer: route.startsWith('GET ') ? supervisor : 403,
    supervisor,
  }
  const statuses: Statuses = ofRole[role]
  return typeof statuses === 'number' ? statuses : statuses[relations.indexOf(relation)]!
}

/** Who asks as an agent, and somebody else who is one. */
export const asking = 7
export const another = 8

const later = '2026-03-02T15:00:00Z'
const aDay = 'from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z'

/** Makes what requests are about, anew for each of them. */
export type AccessWorld = ReturnType<typeof accessWorld>

export function accessWorld(engine: TestEngine) {
  const { deps } = engine
  let unknownAgent = 1_000
  let calendars = 0

  const agentOf = (relation: Relation) => ({ own: asking, anothers: another, nobodys: (unknownAgent += 1) })[relation]
  const agentOrNone = (relation: Relation) => (relation === 'nobodys' ? null : agentOf(relation))

  async function webhookOf(): Promise<string> {
    return (await createWebhook(deps, { url: 'https://crm.example.com/ringback' })).id
  }

  return {
    /** Both agents are logged in, and neither is in a call. */
    async start() {
      for (const agentId of [asking, another]) {
        await closeSession(deps, agentId)
        await putSession(deps, { agentId, status: 'busy' })
        const inbound = await callSessions.getInboundOf(deps.sql, agentId, engine.time.now())
        if (inbound) await completeCall(deps, { callSessionId: inbound.id })
      }
    },
    agentOf,
    async userOf(relation: Relation): Promise<string> {
      if (relation === 'nobodys') return engine.addUser()
      return (await engine.addCallback({ preferredAgentId: agentOf(relation), inMinutes: 600 })).userId
    },
    async callbackOf(relation: Relation): Promise<string> {
      return (await engine.addCallback({ preferredAgentId: agentOrNone(relation), inMinutes: 600 })).id
    },
    /** A claimed entry; nobody's is one that nobody has claimed. */
    async entryOf(relation: Relation): Promise<string> {
      const { id: callbackId } = await engine.addCallback()
      if (relation === 'nobodys') {
        await engine.route(callbackId)
        return (await engine.entryOf(callbackId))!.id
      }
      const agentId = agentOf(relation)
      await acceptCallback(deps, { callbackId, agentId })
      return (await claimNextCall(deps, { agentId }))!.queueEntry.id
    },
    async calendarOf(): Promise<string> {
      const id = `calendar-${(calendars += 1)}`
      await putCalendar(deps, { id, document: { week: { mon: [['08:00', '20:00']] } } })
      return id
    },
    webhookOf,
    /** Where a delivery is sent again. */
    async deliveryOf(): Promise<string> {
      const webhookId = await webhookOf()
      const { id } = await testWebhook(deps, webhookId)
      return `/api/webhooks/${webhookId}/deliveries/${id}/redeliver`
    },
    async callOf(relation: Relation): Promise<string> {
      const userId = await engine.addUser()
      const { session } = await startCall(deps, { userId, agentId: agentOrNone(relation), direction: 'inbound' })
      await completeCall(deps, { callSessionId: session.id })
      return session.id
    },
  }
}

const integrations = { agent: 403, service: 200, supervisor: 200 } as const
const ofSupervisors = { agent: 403, service: 403 } as const
const ofAgentAlone = { service: 403 } as const
const at = (url: string, body?: unknown) => async () => ({ url, ...(body !== undefined && { body }) })

/** Every route behind a token: a request to it, and what it is answered with. */
export const accessTable: Record<string, Row> = {
  'PUT /api/users/:userId': {
    request: async (world, relation) => ({ url: `/api/users/${await world.userOf(relation)}`, body: { name: 'Ada' } }),
    ...integrations,
  },
  'GET /api/users': { request: at('/api/users?name=ada'), ...integrations },
  'GET /api/users/:userId': {
    request: async (world, relation) => ({ url: `/api/users/${await world.userOf(relation)}` }),
    ...integrations,
  },
  'DELETE /api/users/:userId': {
    request: async (world, relation) => ({ url: `/api/users/${await world.userOf(relation)}` }),
    agent: 403,
    service: 204,
    supervisor: 204,
  },
  'POST /api/users/bulk': {
    request: async (world, relation) => ({
      url: '/api/users/bulk',
      body: { items: [{ userId: await world.userOf(relation), name: 'Ada' }] },
    }),
    ...integrations,
  },
  'PUT /api/agents/:agentId': {
    request: async (world, relation) => ({
      url: `/api/agents/${world.agentOf(relation)}`,
      body: { firstName: 'A', lastName: 'B' },
    }),
    agent: 403,
    service: [200, 201, 200],
    supervisor: [200, 201, 200],
  },
  'GET /api/events': { request: at('/api/events'), agent: 200, service: 200, supervisor: 200 },
  'GET /api/agents': { request: at('/api/agents'), ...integrations },
  'GET /api/agents/names': { request: at('/api/agents/names'), agent: 200, service: 200, supervisor: 200 },
  'GET /api/agents/:agentId': {
    request: async (world, relation) => ({ url: `/api/agents/${world.agentOf(relation)}` }),
    agent: [200, 403, 403],
    service: [200, 404, 200],
    supervisor: [200, 404, 200],
  },
  'GET /api/agents/:agentId/desk': {
    request: async (world, relation) => ({ url: `/api/agents/${world.agentOf(relation)}/desk` }),
    agent: [200, 403, 403],
    ...ofAgentAlone,
    supervisor: [200, 404, 200],
  },
  'PUT /api/agents/:agentId/session': {
    request: async (world, relation) => ({
      url: `/api/agents/${world.agentOf(relation)}/session`,
      body: { status: 'away' },
    }),
    agent: [200, 403, 403],
    service: [200, 404, 200],
    supervisor: [200, 404, 200],
  },
  'DELETE /api/agents/:agentId/session': {
    request: async (world, relation) => ({ url: `/api/agents/${world.agentOf(relation)}/session` }),
    agent: [204, 403, 403],
    service: 204,
    supervisor: 204,
  },
  'POST /api/agents/:agentId/heartbeat': {
    request: async (world, relation) => ({ url: `/api/agents/${world.agentOf(relation)}/heartbeat` }),
    agent: [204, 403, 403],
    ...ofAgentAlone,
    supervisor: [204, 409, 204],
  },
  'GET /api/agents/:agentId/pending-callbacks': {
    request: async (world, relation) => ({ url: `/api/agents/${world.agentOf(relation)}/pending-callbacks` }),
    agent: [200, 403, 403],
    ...ofAgentAlone,
    supervisor: 200,
  },
  'GET /api/agents/:agentId/next-call': {
    request: async (world, relation) => ({
      url: `/api/agents/${world.agentOf(relation)}/next-call?queueType=unsigned_users`,
    }),
    agent: [204, 403, 403],
    ...ofAgentAlone,
    supervisor: [204, 409, 204],
  },
  'POST /api/agents/:agentId/next-call': {
    request: async (world, relation) => ({
      url: `/api/agents/${world.agentOf(relation)}/next-call`,
      body: { queueType: 'unsigned_users' },
    }),
    agent: [204, 403, 403],
    ...ofAgentAlone,
    supervisor: [204, 409, 204],
  },
  'POST /api/callbacks': {
    request: async (world, relation) => ({
      url: '/api/callbacks',
      body: { userId: await world.userOf(relation), scheduledFor: later },
    }),
    agent: [201, 403, 403],
    service: 201,
    supervisor: 201,
  },
  'POST /api/callbacks/bulk': {
    request: async (world, relation) => ({
      url: '/api/callbacks/bulk',
      body: { items: [{ userId: await world.userOf(relation), scheduledFor: later }] },
    }),
    ...integrations,
  },
  'GET /api/callbacks': {
    request: async (world, relation) => ({ url: `/api/callbacks?agentId=${world.agentOf(relation)}` }),
    agent: [200, 403, 403],
    service: 200,
    supervisor: 200,
  },
  'GET /api/callbacks/:id': {
    request: async (world, relation) => ({ url: `/api/callbacks/${await world.callbackOf(relation)}` }),
    agent: [200, 200, 404],
    service: 200,
    supervisor: 200,
  },
  'PATCH /api/callbacks/:id': {
    request: async (world, relation) => ({
      url: `/api/callbacks/${await world.callbackOf(relation)}`,
      body: { callbackReason: 'Contract questions' },
    }),
    agent: [200, 200, 404],
    service: 200,
    supervisor: 200,
  },
  'POST /api/callbacks/accept': {
    request: async (world, relation) => ({
      url: '/api/callbacks/accept',
      body: { callbackId: await world.callbackOf(relation), agentId: asking },
    }),
    agent: [200, 200, 404],
    ...ofAgentAlone,
    supervisor: 200,
  },
  'POST /api/callbacks/snooze': {
    request: async (world, relation) => ({
      url: '/api/callbacks/snooze',
      body: { callbackId: await world.callbackOf(relation), agentId: asking, minutes: 5 },
    }),
    agent: [200, 200, 404],
    ...ofAgentAlone,
    supervisor: 200,
  },
  'POST /api/callbacks/cancel': {
    request: async (world, relation) => ({
      url: '/api/callbacks/cancel',
      body: { callbackId: await world.callbackOf(relation) },
    }),
    agent: [200, 200, 404],
    service: 200,
    supervisor: 200,
  },
  'POST /api/callbacks/reschedule': {
    request: async (world, relation) => ({
      url: '/api/callbacks/reschedule',
      body: { callbackId: await world.callbackOf(relation), scheduledFor: later },
    }),
    agent: [200, 200, 404],
    service: 200,
    supervisor: 200,
  },
  'POST /api/callbacks/reassign': {
    request: async (world, relation) => ({
      url: '/api/callbacks/reassign',
      body: { callbackId: await world.callbackOf(relation), agentId: another },
    }),
    agent: 403,
    ...ofAgentAlone,
    supervisor: 200,
  },
  'POST /api/queue-entries/:id/release': {
    request: async (world, relation) => ({ url: `/api/queue-entries/${await world.entryOf(relation)}/release` }),
    agent: [200, 409, 403],
    service: [200, 409, 200],
    supervisor: [200, 409, 200],
  },
  'PUT /api/queues/:queueType/users/:userId': {
    request: async (world, relation) => ({
      url: `/api/queues/outstanding_requests/users/${await world.userOf(relation)}`,
      body: { priorityScore: 1 },
    }),
    ...integrations,
  },
  'DELETE /api/queues/:queueType/users/:userId': {
    request: async (world, relation) => ({
      url: `/api/queues/outstanding_requests/users/${await world.userOf(relation)}`,
    }),
    agent: 403,
    service: 204,
    supervisor: 204,
  },
  'GET /api/queues': { request: at('/api/queues'), ...integrations },
  'PUT /api/queues/:queueType': {
    request: at('/api/queues/unsigned_users', { name: 'Unsigned users' }),
    agent: 403,
    service: 403,
    supervisor: 200,
  },
  'DELETE /api/queues/:queueType': {
    request: at('/api/queues/there_is_none'),
    agent: 403,
    service: 403,
    supervisor: 404,
  },
  'GET /api/policies/:queueType': { request: at('/api/policies/unsigned_users'), ...integrations },
  'PUT /api/policies/:queueType': {
    request: at('/api/policies/unsigned_users', { callbackShare: 100 }),
    agent: 403,
    service: 403,
    supervisor: 200,
  },
  'GET /api/policies/:queueType/versions': { request: at('/api/policies/unsigned_users/versions'), ...integrations },
  'PUT /api/do-not-call/:subject': {
    request: async (world, relation) => ({
      url: `/api/do-not-call/user:${await world.userOf(relation)}`,
      body: { reason: 'asked' },
    }),
    ...integrations,
  },
  'DELETE /api/do-not-call/:subject': {
    request: async (world, relation) => ({ url: `/api/do-not-call/user:${await world.userOf(relation)}` }),
    agent: 403,
    service: 204,
    supervisor: 204,
  },
  'GET /api/do-not-call': { request: at('/api/do-not-call'), ...integrations },
  'GET /api/queues/:queueType': { request: at('/api/queues/unsigned_users'), ...integrations },
  'POST /api/call-sessions': {
    request: async (world, relation) => ({
      url: '/api/call-sessions',
      body: {
        userId: await world.userOf(relation),
        agentId: relation === 'nobodys' ? null : world.agentOf(relation),
        direction: 'inbound',
      },
    }),
    agent: [201, 201, 403],
    service: 201,
    supervisor: 201,
  },
  'GET /api/call-sessions': {
    request: async (world, relation) => ({ url: `/api/call-sessions?agentId=${world.agentOf(relation)}` }),
    agent: [200, 403, 403],
    service: 200,
    supervisor: 200,
  },
  'GET /api/call-sessions/:id': {
    request: async (world, relation) => ({ url: `/api/call-sessions/${await world.callOf(relation)}` }),
    agent: [200, 404, 404],
    service: 200,
    supervisor: 200,
  },
  'GET /api/call-sessions/:id/consequences': {
    request: async (world, relation) => ({ url: `/api/call-sessions/${await world.callOf(relation)}/consequences` }),
    agent: [200, 404, 404],
    service: 200,
    supervisor: 200,
  },
  'POST /api/call-sessions/:id/complete': {
    request: async (world, relation) => ({ url: `/api/call-sessions/${await world.callOf(relation)}/complete` }),
    agent: [200, 200, 403],
    service: 200,
    supervisor: 200,
  },
  'POST /api/call-sessions/:id/outcome': {
    request: async (world, relation) => ({
      url: `/api/call-sessions/${await world.callOf(relation)}/outcome`,
      body: { outcomeType: 'resolved' },
    }),
    agent: [200, 200, 403],
    service: 200,
    supervisor: 200,
  },
  'POST /api/telephony/events': {
    request: async (world, relation) => ({
      url: '/api/telephony/events',
      body: { callSessionId: await world.callOf(relation), status: 'completed' },
    }),
    ...integrations,
  },
  'PUT /api/calendars/:calendarId': {
    request: async (world) => ({
      url: `/api/calendars/${await world.calendarOf()}`,
      body: { week: { tue: [['08:00', '20:00']] } },
    }),
    ...ofSupervisors,
    supervisor: 200,
  },
  'GET /api/calendars': { request: at('/api/calendars'), ...integrations },
  'GET /api/calendars/:calendarId': {
    request: async (world) => ({ url: `/api/calendars/${await world.calendarOf()}` }),
    ...integrations,
  },
  'GET /api/calendars/:calendarId/year': {
    request: async (world) => ({ url: `/api/calendars/${await world.calendarOf()}/year` }),
    ...integrations,
  },
  'DELETE /api/calendars/:calendarId': {
    request: async (world) => ({ url: `/api/calendars/${await world.calendarOf()}` }),
    ...ofSupervisors,
    supervisor: 204,
  },
  'GET /api/calling-window': {
    request: async (world, relation) => ({
      url: `/api/calling-window?queueType=unsigned_users&userId=${await world.userOf(relation)}`,
    }),
    agent: [200, 403, 403],
    service: 200,
    supervisor: 200,
  },
  'GET /api/reports/promises': { request: at(`/api/reports/promises?${aDay}`), ...integrations },
  'GET /api/reports/promises.csv': { request: at(`/api/reports/promises.csv?${aDay}`), ...integrations },
  'GET /api/overview': { request: at('/api/overview'), ...integrations },
  'POST /api/webhooks': {
    request: at('/api/webhooks', { url: 'https://crm.example.com/ringback', isActive: false }),
    agent: 403,
    service: 201,
    supervisor: 201,
  },
  'GET /api/webhooks': { request: at('/api/webhooks'), ...integrations },
  'GET /api/webhooks/:webhookId': {
    request: async (world) => ({ url: `/api/webhooks/${await world.webhookOf()}` }),
    ...integrations,
  },
  'PATCH /api/webhooks/:webhookId': {
    request: async (world) => ({ url: `/api/webhooks/${await world.webhookOf()}`, body: { description: 'the CRM' } }),
    ...integrations,
  },
  'DELETE /api/webhooks/:webhookId': {
    request: async (world) => ({ url: `/api/webhooks/${await world.webhookOf()}` }),
    agent: 403,
    service: 204,
    supervisor: 204,
  },
  'POST /api/webhooks/:webhookId/rotate-secret': {
    request: async (world) => ({ url: `/api/webhooks/${await world.webhookOf()}/rotate-secret` }),
    ...integrations,
  },
  'POST /api/webhooks/:webhookId/test': {
    request: async (world) => ({ url: `/api/webhooks/${await world.webhookOf()}/test` }),
    agent: 403,
    service: 202,
    supervisor: 202,
  },
  'GET /api/webhooks/:webhookId/deliveries': {
    request: async (world) => ({ url: `/api/webhooks/${await world.webhookOf()}/deliveries` }),
    ...integrations,
  },
  'POST /api/webhooks/:webhookId/deliveries/:deliveryId/redeliver': {
    request: async (world) => ({ url: await world.deliveryOf() }),
    agent: 403,
    service: 202,
    supervisor: 202,
  },
  'POST /api/cron/callback-notifications': { request: at('/api/cron/callback-notifications'), ...integrations },
  'GET /api/cron/callback-notifications': { request: at('/api/cron/callback-notifications'), ...integrations },
  'GET /api/debug/callback-monitoring': { request: at('/api/debug/callback-monitoring'), ...integrations },
  'GET /api/debug/callback-lanes': { request: at('/api/debug/callback-lanes'), ...integrations },
  'GET /api/debug/callback-rows': { request: at('/api/debug/callback-rows'), ...integrations },
}
