import { addMilliseconds } from './clock.ts'

/** The rules that an operator may tune, in milliseconds. */
export interface Policy {
  /** How long before its time a callback is put into a queue. */
  leadMs: number
  /** What the lead is stretched by, so that a late tick misses nothing. */
  toleranceMs: number
  /** How long past its time a callback stays with an agent who is not available while another is. */
  rerouteAfterMs: number
  /** How long an agent who could take a callback may leave it lying; then it is open to all. 0 = for ever. */
  openToAllAfterMs: number
  /** How long an agent may be silent before the session is closed; 0 = for ever. */
  agentTimeoutMs: number
}

export const defaultPolicy: Policy = {
  leadMs: 5 * 60_000,
  toleranceMs: 60_000,
  rerouteAfterMs: 60_000,
  openToAllAfterMs: 300_000,
  agentTimeoutMs: 90_000,
}

/** A pending callback is due when it is scheduled for this moment or earlier. */
export function dueHorizon(policy: Policy, now: Date): Date {
  return addMilliseconds(now, policy.leadMs + policy.toleranceMs)
}

/** A callback available since before this moment is taken from an agent who is not available. */
export function overdueBefore(policy: Policy, now: Date): Date {
  return addMilliseconds(now, -policy.rerouteAfterMs)
}

/** A callback that its agent could have taken since before this moment is open to all; null when none ever is. */
export function escalatedBefore(policy: Policy, now: Date): Date | null {
  return policy.openToAllAfterMs === 0 ? null : addMilliseconds(now, -policy.openToAllAfterMs)
}
