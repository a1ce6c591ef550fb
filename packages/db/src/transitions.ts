import type { AgentStatus, CallbackStatus, CallSessionStatus, QueueEntryStatus } from './values.ts'

interface Transition<Status extends string> {
  from: readonly Status[]
  /** `before claim` is what it was when it was claimed; `as assigned` follows from whether it has an agent. */
  to: Status | 'before claim' | 'as assigned'
}

/**
 * Every legal move of a callback. Snooze and reschedule postpone; what waits for its only agent waits without a place. Time
 * alone moves nothing, and only the call that holds the claim completes, or has the promise tried again; an inbound call in
 * which the customer was reached ends it from wherever it is.
 */
export const callbackMoves = {
  accept: { from: ['pending'], to: 'accepted' },
  postpone: { from: ['pending', 'accepted'], to: 'pending' },
  wait: { from: ['pending', 'accepted'], to: 'pending' },
  reassign: { from: ['pending', 'accepted'], to: 'pending' },
  cancel: { from: ['pending', 'accepted'], to: 'cancelled' },
  claim: { from: ['pending', 'accepted'], to: 'in_progress' },
  release: { from: ['in_progress'], to: 'before claim' },
  retry: { from: ['in_progress'], to: 'pending' },
  complete: { from: ['in_progress'], to: 'completed' },
  reach: { from: ['pending', 'accepted', 'in_progress'], to: 'completed' },
} as const satisfies Record<string, Transition<CallbackStatus>>
export type CallbackMove = keyof typeof callbackMoves

/** Every legal move of a queue entry. */
export const queueEntryMoves = {
  assign: { from: ['pending', 'assigned'], to: 'as assigned' },
  claim: { from: ['pending', 'assigned'], to: 'in_progress' },
  release: { from: ['in_progress'], to: 'as assigned' },
  complete: { from: ['in_progress'], to: 'completed' },
  remove: { from: ['pending', 'assigned'], to: 'removed' },
} as const satisfies Record<string, Transition<QueueEntryStatus>>
export type QueueEntryMove = keyof typeof queueEntryMoves

/** Every legal move of a call session. An outcome may follow on a call that has ended without one. */
export const callSessionMoves = {
  complete: { from: ['in_progress'], to: 'completed' },
  release: { from: ['in_progress'], to: 'completed' },
  recordOutcome: { from: ['in_progress', 'completed'], to: 'completed' },
} as const satisfies Record<string, Transition<CallSessionStatus>>
export type CallSessionMove = keyof typeof callSessionMoves

/**
 * What Ringback itself makes of an agent's status. What the agent chose is overwritten by a claim only: somebody who
 * went away during a call stays away after it.
 */
export const agentMoves = {
  claim: { from: ['available', 'busy', 'wrap_up', 'away'], to: 'busy' },
  wrapUp: { from: ['busy'], to: 'wrap_up' },
  free: { from: ['busy', 'wrap_up'], to: 'available' },
} as const satisfies Record<string, Transition<AgentStatus>>
export type AgentMove = keyof typeof agentMoves

/** Whether a callback in `status` may make `move`. */
export function mayMove(status: CallbackStatus, move: CallbackMove): boolean {
  return (callbackMoves[move].from as readonly CallbackStatus[]).includes(status)
}
