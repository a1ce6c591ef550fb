import { z } from 'zod'
import { callback, promiseFields } from './callbacks.ts'
import { agentId, callbackId, callSessionId, queueEntryId, queueType, userId, userIdInput } from './ids.ts'
import { moment } from './moment.ts'
import { queueEntry } from './queue-entries.ts'
import { notes, reference } from './text.ts'
import { user } from './users.ts'

const direction = z.enum(['inbound', 'outbound'])
const weekInSeconds = 7 * 24 * 60 * 60
const durationSeconds = z.int().min(0).max(weekInSeconds)
const outcomeType = z
  .enum([
    'resolved',
    'callback_requested',
    'no_answer',
    'busy',
    'voicemail',
    'wrong_number',
    'declined',
    'do_not_call',
    'failed',
  ])
  .meta({ id: 'OutcomeType', description: 'What came of a call' })

export const callSession = z
  .object({
    id: callSessionId,
    userId,
    agentId: agentId.nullable(),
    direction,
    status: z.enum(['in_progress', 'completed']),
    twilioCallSid: z.string().nullable(),
    startedAt: moment,
    completedAt: moment.nullable(),
    durationSeconds: z.int().nullable(),
    lastOutcomeType: outcomeType.nullable(),
    outcomeNotes: z.string().nullable(),
    callbackScheduled: z.boolean(),
    nextCallbackId: callbackId.nullable(),
    callbackId: callbackId.nullable().meta({ description: 'The callback that the call is made for' }),
    queueEntryId: queueEntryId.nullable(),
    releasedAt: moment.nullable().meta({ description: 'When the claim was given back before calling' }),
    createdAt: moment,
  })
  .meta({ id: 'CallSession', description: 'One phone call' })

export const callSessionParams = z.strictObject({ id: callSessionId })

export const startCallBody = z
  .strictObject({
    userId: userIdInput,
    agentId: agentId.nullable().optional(),
    direction,
    twilioCallSid: reference.nullable().optional(),
    startedAt: moment.optional().meta({ description: 'Now when left out' }),
  })
  .meta({ examples: [{ userId: '1001', direction: 'inbound', agentId: 7 }] })

/** The body may be left out. */
export const completeCallBody = z.strictObject({ durationSeconds: durationSeconds.optional() }).nullish()

export const outcomeBody = z
  .strictObject({
    outcomeType,
    durationSeconds: durationSeconds.optional(),
    notes: notes.nullable().optional(),
    callbackScheduled: z.boolean().optional().meta({ description: 'Whether a callback was promised in this call' }),
    nextCallback: z.strictObject(promiseFields).optional(),
  })
  .meta({ examples: [{ outcomeType: 'resolved', durationSeconds: 180 }] })

export const recordedOutcome = z
  .object({ callSession, callback: callback.nullable(), nextCallback: callback.nullable() })
  .meta({ id: 'RecordedOutcome' })

export const nextCallQuery = z.strictObject({
  queueType: queueType.optional().meta({ description: 'One queue; both when left out' }),
})
/** The body may be left out. */
export const nextCallBody = nextCallQuery.nullish()

const nextCallFields = { queueEntry, callback: callback.nullable(), user: user.nullable() }
export const nextCall = z.object(nextCallFields).meta({ id: 'NextCall' })
export const claimedCall = z
  .object({
    ...nextCallFields,
    callSessionId,
    resumed: z.boolean().meta({ description: 'Whether the agent held this call before' }),
  })
  .meta({ id: 'ClaimedCall' })
