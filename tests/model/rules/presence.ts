import type { AgentStatus } from '@ringback/db'
import { waitsForOwner } from './owners.ts'
import { assign, giveBack, heldBy, serves, waiting } from './queue.ts'
import { fullCredit, isOrdinarysTurn } from './shares.ts'
import { type Expected, refused, type Session, type World } from './world.ts'

const agentTimeoutMs = 90_000

/**
 * Logs an agent in, or changes what it does. One who becomes available is given the first callback that has nobody; one in a
 * call is busy. What waits for one who was not there is routed.
 */
export function putSession(world: World, agentId: number, status: AgentStatus): Expected {
  const session = world.sessions.get(agentId)
  const statusBefore = session?.status
  if (!session)
    world.sessions.set(agentId, { status: 'away', since: world.now, lastSeen: world.now, credit: fullCredit })
  const becomes = status === 'available' && heldBy(world, agentId) ? 'busy' : status
  turn(world, agentId, becomes)
  world.sessions.get(agentId)!.lastSeen = world.now
  const wasThere = session !== undefined && statusBefore !== 'away'
  if (!wasThere && becomes !== 'away') {
    const awaiting = world.callbacks.filter((callback) => waitsForOwner(world, callback))
    for (const callback of awaiting) if (callback.preferredAgentId === agentId) world.jobs.add(callback)
  }
  return { status: 200, body: { agentId, status: becomes } }
}

/** A logged-in agent goes over to another status. */
export function turn(world: World, agentId: number, status: AgentStatus): void {
  const session = world.sessions.get(agentId)
  if (!session || session.status === status) return
  Object.assign(session, { status, since: world.now })
  if (status !== 'available' || isOrdinarysTurn(world, agentId)) return
  const unassigned = waiting(world).find(
    (entry) =>
      entry.callback &&
      entry.assignedTo === null &&
      !entry.isEscalated &&
      (entry.availableUntil === null || entry.availableUntil > world.now) &&
      (serves(world, agentId, entry.queueType) || entry.callback.preferredAgentId === agentId),
  )
  if (unassigned) assign(world, unassigned, agentId)
}

/** An agent whose call is over is available again, unless it has gone away. */
export function free(world: World, agentId: number): void {
  const { status } = world.sessions.get(agentId) ?? {}
  if (status === 'busy' || status === 'wrap_up') turn(world, agentId, 'available')
}

/** A claim goes back to its place, and what is assigned to the agent is routed again. */
export function logOut(world: World, agentId: number): Expected {
  const held = heldBy(world, agentId)
  if (held) giveBack(world, held)
  world.sessions.delete(agentId)
  for (const { assignedTo, callback } of waiting(world)) {
    if (assignedTo === agentId && callback) world.jobs.add(callback)
  }
  return { status: 204 }
}

export function heartbeat(world: World, agentId: number): Expected {
  const session = world.sessions.get(agentId)
  if (!session) return refused(409, 'agent-not-logged-in')
  session.lastSeen = world.now
  return { status: 204 }
}

/** Agents who have been silent for too long are logged out. Returns them. */
export function sweep(world: World): number[] {
  const lost = [...world.sessions].filter(([, session]) => !isPresent(world, session)).map(([agentId]) => agentId)
  for (const agentId of lost) logOut(world, agentId)
  return lost.toSorted((a, b) => a - b)
}

export function isPresent({ now }: World, { lastSeen }: Session): boolean {
  return lastSeen >= now - agentTimeoutMs
}
