import { z } from 'zod'
import { direction } from './direction.ts'
import { agentId, callbackId, callSessionId } from './ids.ts'
import { moment } from './moment.ts'
import { outcomeType } from './outcome-type.ts'

const lastCall = z
  .object({
    callSessionId,
    callbackId: callbackId.nullable().meta({ description: 'The callback that the call was made for' }),
    direction,
    agentId: agentId.nullable().meta({ description: 'Who spoke with the user' }),
    startedAt: moment.meta({ description: 'When it began' }),
    durationSeconds: z.int().nullable().meta({ description: 'How long it took, when that was told' }),
    outcomeType,
    notes: z.string().nullable().meta({ description: 'What the agent wrote about it: the first 500 characters' }),
    notesCut: z.boolean().meta({
      description: 'Whether there is more of the notes; all of them: `GET /api/call-sessions/{id}`',
    }),
  })
  .meta({ id: 'LastCall', description: 'A call that got an outcome' })

/** What whoever is about to call should know of the calls before. */
export const callsBeforeFields = {
  lastCalls: z.array(lastCall).meta({ description: 'The last three calls with the user, the newest first' }),
  lastAttempt: lastCall
    .nullable()
    .meta({ description: 'The last call that was made for the callback; null when there was none' }),
}
