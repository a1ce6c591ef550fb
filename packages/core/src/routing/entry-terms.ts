import { priorityScores, type Callback, type QueueEntry } from '@ringback/db'

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
