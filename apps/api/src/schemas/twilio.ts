import type { TelephonyEvent } from '@ringback/core'
import type { TelephonyStatus } from '@ringback/db'
import { z } from 'zod'
import { durationSeconds } from './call-sessions.ts'
import { callSessionId } from './ids.ts'
import { sequence } from './telephony.ts'
import { reference } from './text.ts'

/** What Twilio calls it, and what it is called here. */
const statusOf = {
  queued: 'ringing',
  initiated: 'ringing',
  ringing: 'ringing',
  'in-progress': 'in_progress',
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'no_answer',
  failed: 'failed',
  canceled: 'cancelled',
} as const satisfies Record<string, TelephonyStatus>
type TwilioStatus = keyof typeof statusOf

/** A field of a form that may be left out, or be empty. */
function given<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
}

const asNumber = (schema: z.ZodNumber) =>
  given(z.preprocess((value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value), schema))

/** What Ringback reads of what Twilio sends. */
export const twilioForm = z.object({
  CallSid: reference.meta({ description: 'The id of the call' }),
  CallStatus: z.enum(Object.keys(statusOf) as TwilioStatus[]).meta({ description: 'What the call has come to' }),
  Direction: given(z.string()).meta({ description: '`inbound`, or one of the outbound kinds' }),
  From: given(z.string()).meta({ description: 'Who calls' }),
  SequenceNumber: asNumber(sequence).meta({ description: 'Counts the events of the call' }),
  CallDuration: asNumber(durationSeconds).meta({ description: 'How many seconds the call took' }),
  AnsweredBy: given(z.string()).meta({ description: 'Who answered, where machines are told from people' }),
})

export const twilioQuery = z.strictObject({
  callSessionId: callSessionId.optional().meta({ description: 'The call session of the claim that is called about' }),
})

/** A call that a machine has answered was answered, and reached nobody. */
export function eventOf(
  { callSessionId: id }: z.infer<typeof twilioQuery>,
  form: z.infer<typeof twilioForm>,
): TelephonyEvent {
  const status = statusOf[form.CallStatus]
  const byMachine = status === 'completed' && form.AnsweredBy?.startsWith('machine_') === true
  return {
    callSessionId: id,
    externalCallId: form.CallSid,
    status: byMachine ? 'voicemail' : status,
    sequence: form.SequenceNumber,
    durationSeconds: form.CallDuration,
    phone: form.From,
    direction: form.Direction === 'inbound' ? 'inbound' : 'outbound',
  }
}
