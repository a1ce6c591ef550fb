import { z } from 'zod'
import { agentId, callbackId, callSessionId, queueEntryId, queueType, userId } from './ids.ts'
import { moment } from './moment.ts'
import { limit } from './paging.ts'
import { orNone, reason, reference } from './text.ts'

const queueEntryFields = {
  id: queueEntryId,
  userId,
  claimId: z.string().nullable(),
  queueType,
  priorityScore: z
    .int()
    .meta({ description: 'Lower is first: −2000 accepted callbacks, −1000 callbacks, 0 and more others' }),
  queueReason: z.string().nullable(),
  status: z.enum(['pending', 'assigned', 'in_progress', 'completed', 'removed']),
  assignedToAgentId: agentId.nullable(),
  assignedAt: moment.nullable(),
  callbackId: callbackId.nullable(),
  availableFrom: moment,
  signatureMissingSince: moment.nullable(),
  signatureType: z.string().nullable(),
  claimedByAgentId: agentId.nullable(),
  claimedAt: moment.nullable(),
  callSessionId: callSessionId.nullable(),
  endedAt: moment.nullable(),
  createdAt: moment,
  updatedAt: moment,
}

export const queueEntry = z
  .object(queueEntryFields)
  .meta({ id: 'QueueEntry', description: 'The place of one user in one queue' })

export const queueParams = z.strictObject({ queueType })
export const queueUserParams = z.strictObject({ queueType, userId })
export const queueEntryParams = z.strictObject({ id: queueEntryId })
export const queueQuery = z.strictObject({ limit })

export const putQueueUserBody = z
  .strictObject({
    priorityScore: z.int().min(0).max(2_147_483_647).meta({ description: 'Lower is first' }),
    queueReason: orNone(reason).optional(),
    claimId: reference.nullable().optional(),
    availableFrom: moment.optional().meta({ description: 'Not before this time; now when left out' }),
    signatureMissingSince: moment.nullable().optional(),
    signatureType: reference.nullable().optional(),
  })
  .meta({ examples: [{ priorityScore: 10, queueReason: 'Signature missing' }] })

export const queue = z
  .object({
    queueType,
    total: z.int().meta({ description: 'How many wait' }),
    entries: z.array(
      z
        .object({ ...queueEntryFields, queuePosition: z.int().meta({ description: 'From 1' }) })
        .meta({ id: 'QueueEntryInOrder' }),
    ),
  })
  .meta({ id: 'Queue', description: 'The first waiting entries of a queue, in order' })
