import { unheardReasons } from '@ringback/core'
import { telephonyStatuses } from '@ringback/db'
import { z } from 'zod'
import { callSession, durationSeconds } from './call-sessions.ts'
import { direction } from './direction.ts'
import { callSessionId } from './ids.ts'
import { moment } from './moment.ts'
import { reference } from './text.ts'

export const sequence = z.int().min(0).max(2_147_483_647).meta({
  description: 'Counts the events of a call: one that is lower than one that came before is ignored, as it is late',
})

export const telephonyEventBody = z
  .strictObject({
    callSessionId: callSessionId.optional().meta({
      description: 'The session that a claim opened; with `externalCallId` it says which call of telephony that is',
    }),
    externalCallId: reference.optional().meta({ description: 'The id that telephony gave the call' }),
    status: z.enum(telephonyStatuses).meta({
      description:
        'What the call has come to. Of an outbound call `no_answer`, `busy`, `voicemail` and `failed` become its outcome; `completed` and `cancelled` end it without one',
    }),
    sequence: sequence.optional(),
    at: moment.optional().meta({ description: 'When an inbound call began that Ringback has not heard of; else now' }),
    durationSeconds: durationSeconds.optional(),
    phone: reference.optional().meta({ description: 'The number that an inbound call comes from' }),
    direction: direction.optional(),
  })
  .refine((event) => event.callSessionId !== undefined || event.externalCallId !== undefined, {
    message: 'must have a callSessionId or an externalCallId',
    path: ['externalCallId'],
  })
  .meta({
    examples: [
      {
        callSessionId: '0190f3c2-7d4e-4a59-9c1e-2f6a4d8b7e11',
        externalCallId: 'call-4711',
        status: 'no_answer',
        sequence: 3,
      },
    ],
  })

export const heardOfCall = z
  .object({
    callSession: callSession.nullable().meta({ description: 'The call; null when it is none that Ringback knows' }),
    applied: z.boolean().meta({ description: 'Whether the event was taken for what it says' }),
    reason: z
      .enum(unheardReasons)
      .nullable()
      .meta({ description: 'Why the event was ignored: then nothing was changed' }),
  })
  .meta({ id: 'HeardOfCall' })
