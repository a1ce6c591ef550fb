import { priorityScores, userCallScores, type Callback, type QueueEntry, type QueueType, type Sql } from '@ringback/db'
import type { Rules } from '../rules.ts'

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

/** What a queue entry says of the callback that made it, whose reason may be another one by now. */
export function queueReasonOf(
  callback: Pick<Callback, 'callbackReason' | 'scheduledFor'>,
  { priorityScore, availableFrom }: Pick<QueueEntry, 'priorityScore' | 'availableFrom'>,
): string | null {
  const isAccepted = priorityScore === priorityScores.acceptedCallback
  return (isAccepted ? acceptedTerms(callback, availableFrom) : dueTerms(callback)).queueReason
}

/** The queue of a callback: that it was made for, else where its user was last put, else the default. */
export async function queueTypeOf(
  sql: Sql,
  rules: Rules,
  { queueType, userId }: Pick<Callback, 'queueType' | 'userId'>,
): Promise<QueueType> {
  return queueType ?? (await userCallScores.getQueueType(sql, userId)) ?? rules.defaultQueueType
}
