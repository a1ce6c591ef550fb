import type { QueueType } from '@ringback/db'
import { isPresent } from './presence.ts'
import { entryOf } from './queue.ts'
import { type Callback, minute, type World } from './world.ts'

/** Until when a callback is its preferred agent's alone; null when it is not. */
export function ownerWait(world: World, callback: Callback, queueType: QueueType): number | null {
  const { preferredAgentId, status, scheduledFor, ownerAwaitedSince } = callback
  const minutes = world.policies.get(queueType)?.ownerWaitMinutes ?? 0
  if (preferredAgentId === null || status === 'accepted' || minutes === 0) return null
  const until = (ownerAwaitedSince ?? scheduledFor) + minutes * minute
  return until > world.now ? until : null
}

/** Logged in, not away, and heard of. */
export function isThere(world: World, agentId: number | null): boolean {
  const session = agentId === null ? undefined : world.sessions.get(agentId)
  return session !== undefined && session.status !== 'away' && isPresent(world, session)
}

/** Its agent was not there, and may come back in time. */
export function waitsForOwner(world: World, callback: Callback): boolean {
  const { status, ownerAwaitedUntil } = callback
  if ((status !== 'pending' && status !== 'accepted') || ownerAwaitedUntil === null) return false
  return !entryOf(world, callback) || ownerAwaitedUntil > world.now
}
