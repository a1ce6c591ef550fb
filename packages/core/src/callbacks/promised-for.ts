import type { Callback } from '@ringback/db'

/** The time that the customer was told. The call may have been put off since. */
export function promisedFor(callback: Pick<Callback, 'promisedFor' | 'scheduledFor'>): Date {
  return callback.promisedFor ?? callback.scheduledFor
}
