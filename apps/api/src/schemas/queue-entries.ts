import { z } from 'zod'
import { agentId, callbackId, callSessionId, queueEntryId, queueType, userId } from './ids.ts'
import { createdAt, moment, updatedAt } from './moment.ts'
import { limit } from './paging.ts'
import { name, orNone, reason, reference } from './text.ts'

/** What other systems know of a user's place. It is handed on, and decides nothing. */
const claimId = {
  description:
    'The matter in your own system that the user waits for: an insurance claim, a contract, a ticket. Kept and handed to the agent, and nothing else; it has nothing to do with the claim of a call',
  examples: ['CLM-2026-0042'],
}
const signatureMissingSince = {
  description: 'Since when a signature of the user is missing. Kept and handed to the agent, and nothing else',
}
const signatureType = {
  description: 'Which signature is missing, in your own words. Kept and handed to the agent, and nothing else',
  examples: ['power_of_attorney'],
}

const queueEntryFields = {
  id: queueEntryId,
  userId,
  claimId: z.string().nullable().meta(claimId),
  queueType,
  priorityScore: z
    .int()
    .meta({ description: 'Lower is first: −2000 accepted callbacks, −1000 callbacks, 0 and more others' }),
  queueReason: z.string().nullable().meta({ description: 'Why the user waits, in words for the agent' }),
  status: z.enum(['pending', 'assigned', 'in_progress', 'completed', 'removed']).meta({
    id: 'QueueEntryStatus',
    description:
      '`pending` waits for whoever comes first, `assigned` for one agent, `in_progress` is claimed; `completed` was called, `removed` was not',
  }),
  assignedToAgentId: agentId
    .nullable()
    .meta({ description: 'The agent who should call; null for whoever comes first' }),
  assignedAt: moment.nullable().meta({ description: 'Since when it waits for that agent' }),
  callbackId: callbackId
    .nullable()
    .meta({ description: 'The callback that made the entry; null for an ordinary place' }),
  availableFrom: moment.meta({ description: 'Nobody gets it before; among equal scores the earlier one is first' }),
  onHoldUntil: moment.nullable().meta({
    description:
      'Nobody gets it before, though its time may have come: the user is in an inbound call, or was told a time that comes first. Null when nothing held it',
  }),
  availableUntil: moment.nullable().meta({
    description:
      'Nobody gets it from then on, as the user may not be called: it leaves its queue, and its callback waits for the next opening. Null when no hours end',
  }),
  signatureMissingSince: moment.nullable().meta(signatureMissingSince),
  signatureType: z.string().nullable().meta(signatureType),
  claimedByAgentId: agentId.nullable().meta({ description: 'The agent who has claimed it' }),
  claimedAt: moment.nullable().meta({ description: 'When it was claimed' }),
  callSessionId: callSessionId.nullable().meta({ description: 'The call that the claim opened' }),
  endedAt: moment.nullable().meta({ description: 'When it was completed or removed' }),
  createdAt,
  updatedAt,
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
    queueReason: orNone(reason).optional().meta({ description: 'Why the user waits, in words for the agent' }),
    claimId: reference.nullable().optional().meta(claimId),
    availableFrom: moment.optional().meta({ description: 'Not before this time; now when left out' }),
    signatureMissingSince: moment.nullable().optional().meta(signatureMissingSince),
    signatureType: reference.nullable().optional().meta(signatureType),
  })
  .meta({ examples: [{ priorityScore: 10, queueReason: 'Signature missing' }] })

export const queue = z
  .object({
    queueType,
    total: z.int().meta({ description: 'How many wait' }),
    entries: z
      .array(
        z
          .object({ ...queueEntryFields, queuePosition: z.int().meta({ description: 'From 1' }) })
          .meta({ id: 'QueueEntryInOrder' }),
      )
      .meta({ description: 'Who comes first stands first' }),
  })
  .meta({ id: 'Queue', description: 'The first waiting entries of a queue, in order' })

export const putQueueBody = z
  .strictObject({ name: name.meta({ description: 'What people call it' }) })
  .meta({ examples: [{ name: 'Private customers' }] })

const namedQueueFields = {
  queueType,
  name: z.string().meta({ description: 'What people call it' }),
  createdAt,
  updatedAt,
}

export const namedQueue = z
  .object(namedQueueFields)
  .meta({ id: 'NamedQueue', description: 'A queue, without those who wait in it' })

const count = z.int().min(0)

export const queueFigures = z
  .object({
    ...namedQueueFields,
    waiting: count.meta({ description: 'Entries that wait, also those whose time has not come' }),
    waitingCallbacks: count.meta({ description: 'How many of these are callbacks' }),
    waitingAccepted: count.meta({ description: 'How many of the callbacks an agent has accepted' }),
    inProgress: count.meta({ description: 'Entries that agents have claimed' }),
    openCallbacks: count.meta({ description: 'Open callbacks that were made for this queue by name' }),
    availableAgents: count.meta({
      description: 'Agents who are available and serve it. With none, who waits there waits on',
    }),
  })
  .meta({ id: 'QueueFigures', description: 'What is in a queue now, and who is there for it' })

export const queueList = z
  .object({
    now: moment.meta({ description: 'The moment of all this, by the clock of Ringback' }),
    queues: z.array(queueFigures).meta({ description: 'Every queue, in the order in which they were made' }),
  })
  .meta({ id: 'QueueList', description: 'The queues that there are' })
