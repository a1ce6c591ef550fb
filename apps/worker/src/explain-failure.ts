import { RowsHeld, type queueNames } from '@ringback/core'
import { isDatabaseAway } from '@ringback/db'
import type { Job } from 'bullmq'
import { MalformedPayload, NotedFailure } from './jobs.ts'

/**
 * What the log of a job says of an attempt that failed, to whoever opens it in Bull Board: what was wrong, and what follows.
 * Ids and kinds of errors only, as in the reason that BullMQ keeps.
 */
export function explainFailure(queue: keyof typeof queueNames, job: Job, error: Error): string {
  const attempt = `Attempt ${job.attemptsMade}: ${whatWasWrong(job, error)}`
  return `${attempt} ${job.finishedOn === undefined ? 'It is tried again in a moment.' : whatFollows[queue](error)}`
}

const unknownUser = ({ data }: Job) => {
  const { userId } = data as { userId?: string }
  return `User ${userId ?? 'of the callback'} does not exist, so nobody can be called.`
}

/** What a handler throws is the cause of what BullMQ is told; without one, BullMQ has given the job up itself. */
function whatWasWrong(job: Job, error: Error): string {
  const { message, cause } = error
  if (error instanceof NotedFailure) return { 'unknown-user': unknownUser }[error.reason](job)
  if (isDatabaseAway(cause)) return 'Postgres was away for longer than a job waits for it.'
  if (error instanceof MalformedPayload) return `Its data is not what Ringback writes (${message}).`
  if (cause instanceof RowsHeld) return 'Another transaction had its rows for longer than routing waits for them.'
  if (cause === undefined) return `Workers died or hung while they were at it (${message}): see how they ended.`
  const who = (cause as Error).name === 'PostgresError' ? 'Postgres refused what it asked for' : 'It threw'
  return `${who} (${message}): "job threw" in the log of a worker has the stack.`
}

const whatFollows: Record<keyof typeof queueNames, (error: Error) => string> = {
  tick: () => 'A worker runs a tick by itself when none has come through for 75 seconds.',
  routing(error) {
    if (error instanceof NotedFailure) return 'Each tick tries again: write the user anew, or cancel the callback.'
    if (isDatabaseAway(error.cause)) return 'The next tick finds the callback again.'
    return 'Given up; ticks try the callback again after a minute or more. Retry routes it at once.'
  },
}
