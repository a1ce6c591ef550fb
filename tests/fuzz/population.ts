import type { TestApi } from '../../apps/api/src/testing/api.ts'
import { tokenOf } from '../../apps/api/src/testing/tokens.ts'
import type { Known } from './valid.ts'

const userIds = Array.from({ length: 12 }, (_, index) => String(index + 1))
const agentIds = [1, 2, 3, 4, 5]

const receiver = 'https://crm.example.com/ringback'

/**
 * Puts in users and agents who are at work, so that requests find somebody; again, whoever has been taken out. And a calendar,
 * a delivery, a promise that is due and one that is not, if nothing that was set before refuses them.
 */
export async function populate({ supervisor, service, engine }: TestApi): Promise<void> {
  for (const userId of userIds) done(await supervisor.put(`/api/users/${userId}`, { name: `User ${userId}` }))
  for (const agentId of agentIds) {
    const agent = { firstName: 'Agent', lastName: String(agentId), isActive: true, queueTypes: null }
    done(await supervisor.put(`/api/agents/${agentId}`, agent))
    await supervisor.put(`/api/agents/${agentId}/session`, { status: 'available' }) // Refused while a call is held.
  }
  const webhook = done(await supervisor.post('/api/webhooks', { url: receiver, eventTypes: ['agent.changed'] }))
  done(await supervisor.post(`/api/webhooks/${webhook.body.id}/test`))
  done(await supervisor.put('/api/calendars/office', { week: { mon: [['08:00', '20:00']] } }))
  for (const [index, inMinutes] of [-1, 24 * 60].entries()) {
    const scheduledFor = new Date(engine.time.now().getTime() + inMinutes * 60_000)
    const promise = { userId: userIds[index], scheduledFor, preferredAgentId: agentIds[index], allowDuplicate: true }
    await supervisor.post('/api/callbacks', promise)
  }
  done(await service.post('/api/cron/callback-notifications'))
}

/** What the API answered, if it did what it was asked: a population that is refused leaves requests with nobody to find. */
function done<Answer extends { status: number; text: string }>(answer: Answer): Answer {
  if (answer.status >= 300) throw new Error(`Populating was refused with ${answer.status}: ${answer.text}`)
  return answer
}

/** What there is by now, the newest of each, by the names under which requests refer to it. */
export async function listKnown({ engine: { sql } }: TestApi): Promise<Known> {
  const newest = async (table: string) => {
    const rows = await sql<{ id: string }[]>`
      select id::text from ${sql(table)} order by created_at desc, id desc limit 20`
    return rows.map((row) => row.id)
  }
  const [callbackIds, callSessionIds] = [await newest('callbacks'), await newest('call_sessions')]
  return {
    userId: userIds,
    agentId: agentIds,
    preferredAgentId: agentIds,
    callbackId: callbackIds,
    originalCallSessionId: callSessionIds,
    callbacks: callbackIds,
    'call-sessions': callSessionIds,
    'queue-entries': await newest('call_queue'),
    queueType: ['unsigned_users', 'outstanding_requests', 'vip'],
    queueTypes: ['unsigned_users', 'outstanding_requests', 'vip'],
    phone: ['+12025550100', '+1 202 555 0101'],
    subject: ['user:11', 'user:12', '+12025550100'],
    calendarId: ['office', 'nights'],
    openingHours: ['office', 'nights'],
    localTime: ['2026-03-02T15:00', '2026-03-29T02:30'],
    timeZone: ['Europe/Berlin', 'America/New_York'],
    region: ['DE'],
    country: ['FR'],
    closed: ['2026-12-24'],
    token: [await tokenOf.viewer()],
    url: [receiver],
    webhookId: (await newest('webhooks')).slice(0, 3),
    deliveryId: await newest('webhook_deliveries'),
    from: ['2026-03-01T00:00:00Z'],
    to: ['2026-03-03T00:00:00Z'],
  }
}
