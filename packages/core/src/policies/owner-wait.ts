import type { Callback } from '@ringback/db'
import { addMilliseconds, latestMoment } from '../clock.ts'
import type { Policy } from './policy.ts'

/** How long a callback is its preferred agent's alone. */
export interface OwnerWait {
  agentId: number
  /** Nobody else calls before then; of one that is this agent's for good, the latest moment that there is. */
  until: Date
  /** Until then it is as it should be that the agent is not there. */
  awaitedUntil: Date
}

/**
 * A promise is for its preferred agent alone, be it for good (`owner: "only"`) or for as long after its time as the policy
 * waits. Null when anybody may have it. One that an agent has accepted is that agent's by other rules. The hours may end
 * meanwhile, and the call is due anew at the next opening, but the wait goes on by the clock (`ownerAwaitedSince`): else one that
 * is longer than the hours of a day would begin anew each day.
 */
export function ownerWaitOf(
  { ownerWaitMinutes }: Policy,
  {
    owner,
    status,
    preferredAgentId,
    scheduledFor,
    ownerAwaitedSince,
  }: Pick<Callback, 'owner' | 'status' | 'preferredAgentId' | 'scheduledFor' | 'ownerAwaitedSince'>,
): OwnerWait | null {
  if (preferredAgentId === null) return null
  const wanted = addMilliseconds(ownerAwaitedSince ?? scheduledFor, ownerWaitMinutes * 60_000)
  const awaitedUntil = wanted < latestMoment ? wanted : latestMoment
  if (owner === 'only') return { agentId: preferredAgentId, until: latestMoment, awaitedUntil }
  if (ownerWaitMinutes === 0 || status === 'accepted') return null
  return { agentId: preferredAgentId, until: awaitedUntil, awaitedUntil }
}
