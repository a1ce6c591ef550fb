import type { CallbackStatus } from '@ringback/db'

export type CallbackMove = 'accept' | 'postpone' | 'cancel' | 'claim' | 'release' | 'complete'

interface Transition {
  from: readonly CallbackStatus[]
  /** `before claim` is what the callback was when it was claimed. */
  to: CallbackStatus | 'before claim'
}

/**
 * Every legal move of a callback. Snooze and reschedule postpone. A callback that is not claimed completes when the
 * call of a claim that was given back turns out to have reached the customer. Time alone moves nothing.
 */
export const transitions: Record<CallbackMove, Transition> = {
  accept: { from: ['pending'], to: 'accepted' },
  postpone: { from: ['pending', 'accepted'], to: 'pending' },
  cancel: { from: ['pending', 'accepted'], to: 'cancelled' },
  claim: { from: ['pending', 'accepted'], to: 'in_progress' },
  release: { from: ['in_progress'], to: 'before claim' },
  complete: { from: ['in_progress', 'pending', 'accepted'], to: 'completed' },
}

/** Whether a callback in `status` may make `move`. */
export function mayMove(status: CallbackStatus, move: CallbackMove): boolean {
  return transitions[move].from.includes(status)
}
