import type { Callback, QueueEntry } from '@ringback/db'

/** Lower is first: accepted callbacks, then callbacks, then ordinary users (0 and more). */
export const priorityScores = { acceptedCallback: -2000, callback: -1000 } as const

type Terms = Pick<QueueEntry, 'priorityScore' | 'queueReason' | 'availableFrom'>

/** What the queue entry of a due callback says. */
export function dueTerms(callback: Pick<Callback, 'callbackReason' | 'scheduledFor'>): Terms {
  return {
    priorityScore: priorityScores.callback,
    queueReason: `Callback: ${callback.callbackReason || 'Scheduled callback'}`,
    availableFrom: callback.scheduledFor,
  }
}

/** What the queue entry of a callback that an agent accepted says. */
export function acceptedTerms(callback: Pick<Callback, 'callbackReason'>, now: Date): Terms {
  return {
    priorityScore: priorityScores.acceptedCallback,
    queueReason: `Accepted Callback: ${callback.callbackReason || 'Agent accepted callback'}`,
    availableFrom: now,
  }
}
