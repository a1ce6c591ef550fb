import { besides, localTime, policyOverrides, timeZone } from '@ringback/core'
import { callbackResults, callbackStatuses, owners, roles } from '@ringback/db'
import { z } from 'zod'
import { callsBeforeFields } from './calls-before.ts'
import { historyDetails, historyKind } from './history.ts'
import {
  agentId,
  agentIdInUrl,
  callbackId,
  callSessionId,
  eventId,
  flagInUrl,
  queueType,
  userId,
  userIdInput,
} from './ids.ts'
import { createdAt, howMomentsAreWritten, moment, momentInUrl, updatedAt } from './moment.ts'
import { outcomeType } from './outcome-type.ts'
import { callbackCursor, callbacksCursor, eventCursor, limit } from './paging.ts'
import { queueEntry } from './queue-entries.ts'
import { externalId, listInUrl, metadata, orNone, pieceOfText, reason } from './text.ts'
import { user } from './users.ts'

const callbackStatus = z.enum(callbackStatuses).meta({
  id: 'CallbackStatus',
  description:
    '`pending` was promised, `accepted` is the next call of its agent, `in_progress` is being called; `completed` and `cancelled` are over',
})

export const callbackResult = z.enum(callbackResults).meta({
  id: 'CallbackResult',
  description:
    'What became of a promise: `reached`, the customer was called and answered; `reached_inbound`, the customer called first; `refused`, the customer wants no call; `wrong_number`; `not_reached`; `cancelled`, it was taken back; `blocked`, the customer must not be called',
})

export const actor = z
  .object({
    role: z.enum([...roles, 'engine']).meta({ description: 'Of its token; `engine` for what Ringback does by itself' }),
    agentId: agentId.optional().meta({ description: 'Of an agent; of a desk, for whom it did so' }),
    sub: z.string().optional().meta({ description: 'The `sub` of its token. An agent sees its own alone' }),
    task: z
      .string()
      .optional()
      .meta({ description: 'Of the engine', examples: ['tick', 'routing', 'presence', 'rows'] }),
  })
  .meta({ id: 'Actor', description: 'Who did it' })

const owner = z.enum(owners).meta({
  id: 'Owner',
  description:
    'Who may call: `any` agent when the preferred one is not there, or `only` the preferred agent, however long that takes',
})

const keptByOthers = {
  externalId: 'What your own system knows the promise by: no other callback has it',
  metadata: 'What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON',
}

const callbackFields = {
  id: callbackId,
  userId,
  scheduledFor: moment.meta({ description: 'When the call is due: the time that was promised, unless it was put off' }),
  promisedFor: moment.nullable().meta({
    description: 'What the customer was told, of one that was put off since; null while it is `scheduledFor`',
  }),
  localTime: z.string().nullable().meta({
    description: 'The time that the clocks of `timeZone` show then, when that was promised; null when it was a moment',
  }),
  timeZone: z.string().nullable().meta({ description: 'The zone in which the promise was made, if it was said' }),
  callbackReason: z.string().nullable().meta({ description: 'What the call is about' }),
  queueType: queueType
    .nullable()
    .meta({ description: 'The queue that it was made for; null when it goes where its user was last put' }),
  preferredAgentId: agentId
    .nullable()
    .meta({ description: 'The agent who should call; an accepted one is this agent’s' }),
  owner,
  originalCallSessionId: callSessionId.nullable().meta({ description: 'The call in which it was promised' }),
  policy: policyOverrides.nullable().meta({ description: 'What holds for it instead of the policy of its queue' }),
  externalId: z.string().nullable().meta({ description: keptByOthers.externalId }),
  metadata: z.record(z.string(), z.string()).meta({ description: keptByOthers.metadata }),
  ownerAwaitedUntil: moment.nullable().meta({
    description: 'Its preferred agent is not there, and is waited for until then; null when it is not so',
  }),
  status: callbackStatus,
  attempts: z.int().min(0).meta({ description: 'How many calls were made for it that got an outcome' }),
  result: callbackResult.nullable().meta({
    description: 'What became of it; null while it is open, and of what ended before results were written down',
  }),
  completedCallSessionId: callSessionId
    .nullable()
    .meta({ description: 'The call that kept it, or in which the user was reached first' }),
  completedAt: moment.nullable().meta({ description: 'When it was kept' }),
  cancelledAt: moment.nullable().meta({ description: 'When it was taken back' }),
  createdAt,
  updatedAt,
}

export const callback = z.object(callbackFields).meta({ id: 'Callback', description: 'A promise to call a user' })

const timedFields = {
  ...callbackFields,
  timeAdjusted: z.enum(['gap', 'overlap']).nullable().meta({
    description:
      '`gap`: the clocks skip that time, and it is as much later as they are moved; `overlap`: they show it twice, and it is the first',
  }),
}
const timedCallback = z
  .object(timedFields)
  .meta({ id: 'TimedCallback', description: 'A promise, and what became of its time' })

export const scheduledCallback = z
  .object({
    ...timedFields,
    duplicateOf: callbackId.nullable().meta({
      description:
        'Of what was promised before: its `id`. It stands as it is, whatever this request says; null when it is new',
    }),
  })
  .meta({ id: 'ScheduledCallback', description: 'The promise that stands now' })

export const reachedInbound = z.boolean().meta({
  description:
    'Whether the user was reached in an inbound call while an agent was calling: however that ends, nobody is given it again',
})

export const callbackWithStory = z
  .object({
    ...callbackFields,
    user: user.nullable().meta({
      description:
        'Whom to call; null when the record was deleted. To an agent it is shown, with the calls before, while the agent has to do with the user',
    }),
    ...callsBeforeFields,
    queueEntry: queueEntry.nullable().meta({ description: 'Its live queue entry' }),
    reachedInbound,
    attemptedCalls: z
      .array(
        z
          .object({
            number: z.int().min(1).meta({ description: 'The first one is 1' }),
            callSessionId,
            agentId: agentId.nullable().meta({ description: 'Who called' }),
            startedAt: moment.meta({ description: 'When it began' }),
            outcomeType,
            lateBySeconds: z
              .number()
              .meta({ description: 'After the time that the customer was told; negative before it' }),
          })
          .meta({ id: 'AttemptedCall', description: 'A call that was made for it and got an outcome' }),
      )
      .meta({ description: 'Its attempts, oldest first: the last hundred' }),
    history: z
      .array(
        z
          .object({
            id: eventId,
            callbackId,
            kind: historyKind,
            agentId: agentId.nullable().meta({ description: 'The agent whom it concerns' }),
            actor: actor
              .nullable()
              .meta({ description: 'Who did it; null for what happened before actors were written down' }),
            at: moment.meta({ description: 'When it happened' }),
            details: historyDetails,
          })
          .meta({ id: 'CallbackEvent' }),
      )
      .meta({ description: 'What happened to it, oldest first: the last events, or those before the cursor' }),
    nextCursor: eventCursor.nullable().meta({ description: 'Leads to what happened before; null when nothing did' }),
  })
  .meta({ id: 'CallbackWithStory', description: 'A callback, its place in a queue and its history' })

const whenClosed = z.enum(['next-opening']).optional().meta({
  description:
    '`next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`)',
})

/** What a promise says beside the user. */
export const promiseFields = {
  scheduledFor: moment.meta({ description: `The time to call at. ${howMomentsAreWritten}` }),
  callbackReason: orNone(reason).optional().meta({ description: 'What the call is about' }),
  preferredAgentId: agentId.nullable().optional().meta({ description: 'The agent who should call, when available' }),
  owner: owner.optional().meta({ description: '`only` wants a `preferredAgentId`; `any` when left out' }),
  whenClosed,
}

/** When to call: a moment, or what the clocks of a zone show. */
const timeFields = {
  scheduledFor: promiseFields.scheduledFor.optional(),
  localTime: localTime.optional().meta({
    description: 'Instead of `scheduledFor`: what the clocks of `timeZone` show then, without an offset',
    examples: ['2026-11-23T15:00'],
  }),
  timeZone: timeZone.optional().meta({ description: 'The IANA time zone of `localTime`' }),
}

type TimeAsked = { [Field in keyof typeof timeFields]?: unknown }
const hasOneTime = ({ scheduledFor, localTime: local, timeZone: zone }: TimeAsked) =>
  scheduledFor === undefined ? local !== undefined && zone !== undefined : local === undefined && zone === undefined
const oneTime = 'must have either scheduledFor or both localTime and timeZone'

export const scheduleBody = z
  .strictObject({
    userId: userIdInput,
    ...promiseFields,
    ...timeFields,
    queueType: queueType.optional().meta({
      description:
        'The queue that it is for; left out, it goes where its user was last put, else into the default (`DEFAULT_QUEUE_TYPE`)',
    }),
    originalCallSessionId: callSessionId
      .nullable()
      .optional()
      .meta({ description: 'The call in which it is promised' }),
    policy: policyOverrides
      .nullable()
      .optional()
      .meta({ description: 'What holds for it instead of the policy of its queue' }),
    externalId: externalId
      .nullable()
      .optional()
      .meta({
        description: `${keptByOthers.externalId}. When this user has a callback with it, that one is the answer, whatever has become of it`,
        examples: ['ticket-2026-0042'],
      }),
    metadata: metadata.optional().meta({ description: keptByOthers.metadata }),
    allowDuplicate: z.boolean().optional().meta({
      description: 'Whether it is to be made although the user has an open promise within five minutes of that time',
    }),
  })
  .refine(hasOneTime, oneTime)
  .meta({
    examples: [
      {
        userId: '1001',
        scheduledFor: '2026-11-23T15:00:00+02:00',
        callbackReason: 'Contract questions',
        preferredAgentId: 7,
      },
    ],
  })

export const acceptBody = z.strictObject({ callbackId, agentId })
export const snoozeBody = z.strictObject({
  callbackId,
  agentId,
  minutes: z.int().min(1).max(60).meta({ description: 'By how much it is put off' }),
})
export const cancelBody = z.strictObject({
  callbackId,
  reason: reason.optional().meta({ description: 'Why; kept in the history' }),
})
export const rescheduleBody = z
  .strictObject({
    callbackId,
    ...timeFields,
    preferredAgentId: agentId.nullable().optional().meta({ description: 'Left out, the preferred agent stays' }),
    whenClosed,
  })
  .refine(hasOneTime, oneTime)

export const reassignBody = z.strictObject({
  callbackId,
  agentId: agentId.nullable().meta({ description: 'The agent who is to call; null for whoever is there' }),
})

export const updateBody = z
  .strictObject({
    callbackReason: orNone(reason).optional().meta({ description: 'What the call is about; null clears it' }),
    metadata: metadata.optional().meta({ description: `${keptByOthers.metadata}. It is all that there is then` }),
    preferredAgentId: agentId
      .nullable()
      .optional()
      .meta({ description: 'The agent who should call; null for whoever is there' }),
  })
  .meta({ examples: [{ callbackReason: 'Contract questions', metadata: { ticket: 'A-42' } }] })

export const callbackParams = z.strictObject({ id: callbackId })

export const callbackQuery = z.strictObject({
  limit: limit.meta({ description: 'How many events, 1 to 200; 50 when left out' }),
  cursor: eventCursor.optional(),
})

const callbackSorts = ['scheduledFor', 'updatedAt'] as const

export const callbacksQuery = z
  .strictObject({
    status: listInUrl(callbackStatus)
      .optional()
      .meta({ description: 'One or several, by commas or said again', examples: [['pending', 'accepted']] }),
    userId: userId.optional(),
    externalId: externalId.optional().meta({ description: 'The one that your own system knows by it, to the letter' }),
    agentId: agentIdInUrl
      .optional()
      .meta({ description: 'Preferred, assigned or at work; an agent sees its own only' }),
    from: momentInUrl.optional().meta({ description: 'Scheduled for this time or later' }),
    to: momentInUrl.optional().meta({ description: 'Scheduled before this time' }),
    overdue: flagInUrl
      .optional()
      .meta({ description: '`true`: only those whose time is over and that nobody is calling' }),
    queueType: queueType.optional().meta({ description: 'Those that were made for this queue by name' }),
    reason: reason.optional().meta({ description: 'Those with this `callbackReason`, to the letter' }),
    q: pieceOfText.optional().meta({
      description:
        'Those whose `callbackReason` holds this, in capitals or not: three letters or digits in a row at least',
    }),
    updatedSince: momentInUrl.optional().meta({
      description:
        'Changed at this time or later, by `updatedAt`. What is written while you read may have a time before that of the last one you saw: begin the next look a minute before that',
    }),
    sort: z.enum(callbackSorts).optional().meta({
      description: 'By which time the list goes: `scheduledFor`, but with `updatedSince` `updatedAt`',
    }),
    order: z
      .enum(['asc', 'desc'])
      .optional()
      .meta({ description: '`asc` when left out: the earliest first; `desc`: the latest' }),
    with: listInUrl(z.enum(besides))
      .optional()
      .meta({ description: 'What is told beside each, by commas or said again', examples: [['user', 'queueEntry']] }),
    limit,
    cursor: callbacksCursor.optional(),
  })
  .refine(({ updatedSince, sort }) => updatedSince === undefined || sort !== 'scheduledFor', {
    path: ['sort'],
    message: 'must be updatedAt, or left out, with updatedSince',
  })
  .refine(({ cursor, ...asked }) => cursor === undefined || sortOf(asked) in cursor, {
    path: ['cursor'],
    message: 'is of a list that goes by another time',
  })

/** By which time a list goes. */
export function sortOf({
  sort,
  updatedSince,
}: {
  sort?: (typeof callbackSorts)[number] | undefined
  updatedSince?: Date | undefined
}): (typeof callbackSorts)[number] {
  return sort ?? (updatedSince === undefined ? 'scheduledFor' : 'updatedAt')
}

const listedCallback = z
  .object({
    ...callbackFields,
    user: user.nullable().optional().meta({
      description:
        'With `with=user`: whom to call; null when the record was deleted, and to an agent who has not to do with the user now',
    }),
    queueEntry: queueEntry.nullable().optional().meta({
      description: 'With `with=queueEntry`: its live queue entry; null while it is in no queue',
    }),
  })
  .meta({ id: 'ListedCallback', description: 'A promise of a list, and what was asked for beside it' })

const onTheLastPage = { description: 'Null on the last page' }

export const callbackPage = z
  .object({
    items: z.array(listedCallback).meta({ description: 'By `scheduledFor`, or by `updatedAt`' }),
    nextCursor: callbacksCursor.nullable().meta(onTheLastPage),
  })
  .meta({ id: 'CallbackPage' })

export const changedCallback = z.object({ callback }).meta({ id: 'ChangedCallback' })
export const acceptedCallback = z.object({ callback, queueEntry, queueType }).meta({ id: 'AcceptedCallback' })
const ordinaryPlace = z.enum(['none', 'kept', 'held']).meta({
  id: 'OrdinaryPlace',
  description:
    'What becomes of the ordinary place of the user: `none`, there is none; `kept`, it comes at its own time, be it before the promise; `held`, nobody gets it before the promise is due',
})
export const rescheduledCallback = z
  .object({ callback: timedCallback, ordinaryPlace })
  .meta({ id: 'RescheduledCallback' })
export const snoozedCallback = z
  .object({
    callback,
    ordinaryPlace,
    removedQueueEntryIds: z.array(z.string()).meta({ description: 'The entry that it had in a queue' }),
  })
  .meta({ id: 'SnoozedCallback' })
export const pendingCallbacksQuery = z.strictObject({ limit, cursor: callbackCursor.optional() })
const pendingCallback = z
  .object({
    ...callbackFields,
    user: user.nullable().meta({ description: 'Whom to call; null when the record was deleted' }),
    ...callsBeforeFields,
  })
  .meta({ id: 'PendingCallback', description: 'A promise that is to be kept soon, and what its agent should know' })
export const pendingCallbacks = z
  .object({
    callbacks: z.array(pendingCallback).meta({ description: 'By `scheduledFor`' }),
    nextCursor: callbackCursor.nullable().meta(onTheLastPage),
  })
  .meta({ id: 'PendingCallbacks' })
