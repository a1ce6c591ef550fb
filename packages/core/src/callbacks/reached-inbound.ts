import type { Callback } from '@ringback/db'

/** Whether the customer was reached in an inbound call while an agent was calling about the promise: it may not be needed any more. */
export function wasReachedInbound(callback: Pick<Callback, 'reachedBySessionId'> | null): boolean {
  return callback?.reachedBySessionId != null
}
