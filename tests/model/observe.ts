import { expect } from 'vitest'
import { peek } from './rules/calls.ts'
import { waiting } from './rules/queue.ts'
import { queueFigures } from './rules/queues.ts'
import { agentIds, callbackFields, entryFields, type World } from './rules/world.ts'
import type { System } from './system.ts'

/** Looks at everything that the API shows and expects it as in the world: queues, next calls, callbacks, sessions. */
export async function expectSame(world: World, { supervisor }: System): Promise<void> {
  const queueTypes = [...world.queueTypes]
  const [agents, callbacks, lanes, figures, ...queues] = await Promise.all([
    supervisor.get('/api/agents'),
    supervisor.get('/api/callbacks?limit=200'),
    supervisor.get('/api/debug/callback-lanes'),
    supervisor.get('/api/queues'),
    ...queueTypes.map((queueType) => supervisor.get(`/api/queues/${queueType}?limit=200`)),
  ])
  for (const { body } of queues) learnIds(world, body.entries)

  const inOrder = waiting(world)
  for (const [index, queueType] of queueTypes.entries()) {
    const entries = inOrder
      .filter((entry) => entry.queueType === queueType)
      .map((entry, place) => Object.assign(entryFields(entry), { id: entry.id, queuePosition: place + 1 }))
    expect(queues[index]!.body, `queue of ${queueType}`).toMatchObject({ total: entries.length, entries })
  }
  for (const agentId of agentIds) {
    const answer = await supervisor.get(`/api/agents/${agentId}/next-call`)
    expect(answer, `next call of agent ${agentId}`).toMatchObject(peek(world, agentId))
  }
  expect(byType(figures.body.queues), 'queues').toMatchObject(
    byType(queueTypes.map((queueType) => queueFigures(world, queueType))),
  )
  const byTime = world.callbacks.toSorted((a, b) => a.scheduledFor - b.scheduledFor || (a.id < b.id ? -1 : 1))
  expect(callbacks.body.items, 'callbacks').toMatchObject(byTime.map(callbackFields))
  expect(agents.body, 'agents').toMatchObject(
    agentIds.map((agentId) => {
      const session = world.sessions.get(agentId)
      const served = world.skills.get(agentId) ?? null
      if (!session) return { agentId, queueTypes: served, session: null }
      const { status, since, lastSeen } = session
      const times = { statusSince: new Date(since).toISOString(), lastSeenAt: new Date(lastSeen).toISOString() }
      return { agentId, queueTypes: served, session: { status, ...times } }
    }),
  )
  if (world.areLanesBuilt) expect(lanes.body, 'lanes').toMatchObject({ inSync: true })
}

/** Of queues made at the same moment neither is the first. */
function byType<Queue extends { queueType: string }>(queues: Queue[]): Queue[] {
  return queues.toSorted((a, b) => (a.queueType < b.queueType ? -1 : 1))
}

/** An entry keeps the id under which it was first seen. */
function learnIds(world: World, seen: { id: string; userId: string }[]): void {
  for (const { id, userId } of seen) {
    const entry = world.entries.get(userId)
    if (entry) entry.id ??= id
  }
}
