import { z } from 'zod'
import { callback, callbackResult, promiseFields, reachedInbound } from './callbacks.ts'
import { callsBeforeFields } from './calls-before.ts'
import { direction } from './direction.ts'
import {
  agentId,
  agentIdInUrl,
  callbackId,
  callSessionId,
  flagInUrl,
  queueEntryId,
  queueType,
  userId,
  userIdInput,
} from './ids.ts'
import { createdAt, moment, momentInUrl } from './moment.ts'
import { outcomeType } from './outcome-type.ts'
import { callCursor, limit } from './paging.ts'
import { queueEntry } from './queue-entries.ts'
import { notes, reference } from './text.ts'
import { user } from './users.ts'

const weekInSeconds = 7 * 24 * 60 * 60
export const durationSeconds = z.int().min(0).max(weekInSeconds).meta({ description: 'How long the call took' })

const twilioCallSid = {
  description: 'The id that telephony gave the call, from Twilio or another one; the same id is the same call',
  examples: ['CA0123456789abcdef0123456789abcdef'],
}

const callSessionFields = {
  id: callSessionId,
  userId,
  agentId: agentId.nullable().meta({ description: 'Who speaks with the user' }),
  direction,
  status: z
    .enum(['in_progress', 'completed'])
    .meta({ id: 'CallSessionStatus', description: '`completed` is over, with an outcome or without' }),
  twilioCallSid: z.string().nullable().meta(twilioCallSid),
  startedAt: moment.meta({ description: 'When the call began, or was claimed' }),
  completedAt: moment.nullable().meta({ description: 'When the call ended' }),
  durationSeconds: z.int().nullable().meta({ description: 'How long it took, when that was told' }),
  lastOutcomeType: outcomeType.nullable().meta({ description: 'What came of it; null while nobody has said' }),
  outcomeFromTelephony: z
    .boolean()
    .meta({ description: 'Whether telephony has told what came of it, and nobody had to say so' }),
  outcomeNotes: z.string().nullable().meta({ description: 'What the agent wrote about it' }),
  callbackScheduled: z.boolean().meta({ description: 'Whether a callback was promised in the call' }),
  nextCallbackId: callbackId.nullable().meta({ description: 'The callback that its outcome made' }),
  callbackId: callbackId.nullable().meta({ description: 'The callback that the call is made for' }),
  queueEntryId: queueEntryId.nullable().meta({ description: 'The entry whose claim opened it' }),
  releasedAt: moment.nullable().meta({ description: 'When the claim was given back before calling' }),
  createdAt,
}

export const callSession = z.object(callSessionFields).meta({ id: 'CallSession', description: 'One phone call' })

export const startedCall = z
  .object({
    ...callSessionFields,
    openCallbacks: z.array(callback).meta({
      description:
        'Of an inbound call: what the user has been promised and waits for, by time, at most 50; for an agent its own and nobody’s',
    }),
  })
  .meta({ id: 'StartedCall', description: 'A call that began' })

export const callSessionsQuery = z.strictObject({
  userId: userId.optional(),
  agentId: agentIdInUrl.optional().meta({ description: 'Who spoke with the user; an agent names itself or nobody' }),
  from: momentInUrl.optional().meta({ description: 'Begun at this time or later' }),
  to: momentInUrl.optional().meta({ description: 'Begun before this time' }),
  problematic: flagInUrl.optional().meta({
    description: '`true`: only calls that are over and have no outcome, without those that their agents gave back',
  }),
  limit,
  cursor: callCursor.optional(),
})

export const callSessionPage = z
  .object({
    items: z.array(callSession).meta({ description: 'The newest first' }),
    nextCursor: callCursor.nullable().meta({ description: 'Null on the last page' }),
  })
  .meta({ id: 'CallSessionPage' })

export const callSessionParams = z.strictObject({ id: callSessionId })

export const startCallBody = z
  .strictObject({
    userId: userIdInput,
    agentId: agentId
      .nullable()
      .optional()
      .meta({ description: 'Who speaks with the user; of an agent’s token, the agent' }),
    direction,
    twilioCallSid: reference.nullable().optional().meta(twilioCallSid),
    startedAt: moment.optional().meta({ description: 'Now when left out' }),
  })
  .meta({ examples: [{ userId: '1001', direction: 'inbound', agentId: 7 }] })

/** The body may be left out. */
export const completeCallBody = z.strictObject({ durationSeconds: durationSeconds.optional() }).nullish()

/** An answer to an inbound call names as many. */
const mostEnded = 50

export const outcomeBody = z
  .strictObject({
    outcomeType,
    durationSeconds: durationSeconds.optional(),
    notes: notes.nullable().optional().meta({ description: 'What the agent wants to be remembered' }),
    callbackScheduled: z.boolean().optional().meta({ description: 'Whether a callback was promised in this call' }),
    nextCallback: z
      .strictObject(promiseFields)
      .optional()
      .meta({ description: 'The next promise to the same user, made with the outcome or not at all' }),
    endsCallbacks: z.array(callbackId).max(mostEnded).optional().meta({
      description:
        'Of an inbound call: the open callbacks of the user that it has settled, none when empty; those that the policies say when left out',
    }),
  })
  .meta({ examples: [{ outcomeType: 'resolved', durationSeconds: 180 }] })

const retry = z.object({
  at: moment.meta({ description: 'When it is called next' }),
  attempt: z.int().meta({ description: 'Which call for the callback that is, from 1' }),
})

export const recordedOutcome = z
  .object({
    callSession,
    callback: callback.nullable().meta({ description: 'The callback that the call was made for' }),
    nextCallback: callback.nullable().meta({ description: 'The callback that was promised with the outcome' }),
    retry: retry.nullable().meta({ description: 'Set when the policy of the queue has the callback called again' }),
    endedCallbacks: z
      .array(callback)
      .meta({ description: 'Of an inbound call: the promises that it has ended, since the user was reached in it' }),
  })
  .meta({ id: 'RecordedOutcome' })

export const outcomeConsequences = z
  .object({
    outcomes: z
      .array(
        z
          .object({
            outcomeType,
            retry: retry
              .nullable()
              .meta({ description: 'When the callback would be called again; null when it would not' }),
            result: callbackResult
              .nullable()
              .meta({ description: 'What would become of the callback; null while it would go on, or there is none' }),
            blocks: z
              .boolean()
              .meta({ description: 'Whether the user or the number would go on the do-not-call list' }),
          })
          .meta({ id: 'OutcomeConsequence', description: 'What an outcome would come to' }),
      )
      .meta({ description: 'Each outcome there is' }),
  })
  .meta({ id: 'OutcomeConsequences' })

export const nextCallQuery = z.strictObject({
  queueType: queueType.optional().meta({ description: 'One queue; all that the agent serves when left out' }),
})
/** The body may be left out. */
export const nextCallBody = nextCallQuery.nullish()

const nextCallFields = {
  queueEntry,
  callback: callback.nullable().meta({ description: 'The promise; null for an ordinary place' }),
  user: user.nullable().meta({ description: 'Whom to call; null when the record was deleted meanwhile' }),
  reachedInbound,
  ...callsBeforeFields,
}
export const nextCall = z.object(nextCallFields).meta({ id: 'NextCall' })
export const claimedCall = z
  .object({
    ...nextCallFields,
    callSessionId,
    resumed: z.boolean().meta({ description: 'Whether the agent held this call before' }),
  })
  .meta({ id: 'ClaimedCall' })
