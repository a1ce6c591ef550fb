import { mostQueuesServed } from '@ringback/db'
import { z } from 'zod'
import { claimedCall, nextCall } from './call-sessions.ts'
import { email } from './email.ts'
import { agentId, agentIdInUrl, callbackId, callSessionId, queueEntryId, queueType, userId } from './ids.ts'
import { createdAt, moment, updatedAt } from './moment.ts'
import { timeZone } from './reports.ts'
import { shownPromise } from './shown-promises.ts'
import { name, orNone } from './text.ts'

export const agentParams = z.strictObject({ agentId: agentIdInUrl })

const kept = 'Left out, it stays as it is'

export const putAgentBody = z
  .strictObject({
    firstName: name.meta({ description: 'The first name, or the only one' }),
    lastName: orNone(name)
      .optional()
      .meta({ description: `${kept}; null for somebody with one name` }),
    email: orNone(email)
      .optional()
      .meta({ description: `${kept}; null clears it` }),
    isActive: z
      .boolean()
      .optional()
      .meta({ description: `${kept}; a new agent is active. False logs the agent out` }),
    queueTypes: z
      .array(queueType)
      .max(mostQueuesServed)
      .nullable()
      .optional()
      .meta({
        description: `${kept}; a new agent serves all. The queues from which the agent is given calls; null for all, also those to come. A promise that prefers the agent is its own in any queue`,
        examples: [['outstanding_requests']],
      }),
  })
  .meta({ examples: [{ firstName: 'Grace', lastName: 'Example', email: 'grace@example.com' }] })

const agentStatus = z.enum(['available', 'busy', 'wrap_up', 'away']).meta({
  id: 'AgentStatus',
  description: 'What an agent does: only who is `available` gets callbacks, `wrap_up` is the work after a call',
})

export const putSessionBody = z.strictObject({ status: agentStatus }).meta({ examples: [{ status: 'available' }] })

export const agentSession = z
  .object({
    id: z.uuid().meta({ description: 'The session' }),
    agentId,
    status: agentStatus,
    statusSince: moment.meta({ description: 'Since when the agent has this status' }),
    loginAt: moment.meta({ description: 'When the agent logged in' }),
    lastSeenAt: moment.meta({ description: 'The last heartbeat' }),
    logoutAt: moment.nullable().meta({ description: 'Null while the agent is logged in' }),
  })
  .meta({ id: 'AgentSession', description: 'The presence of an agent from login to logout' })

export const agentFields = {
  agentId,
  firstName: z.string().meta({ description: 'The first name' }),
  lastName: z.string().meta({ description: 'Empty for somebody with one name' }),
  email: z.string().nullable().meta({ description: 'The mail address' }),
  isActive: z.boolean().meta({ description: 'Whether the agent may log in, and its token opens anything' }),
  queueTypes: z
    .array(queueType)
    .nullable()
    .meta({ description: 'The queues that the agent serves, in order; null when all' }),
  createdAt,
  updatedAt,
}

const { firstName, lastName } = agentFields

export const agentName = z
  .object({ agentId, firstName, lastName })
  .meta({ id: 'AgentName', description: 'What an agent is called' })

export const agent = z.object(agentFields).meta({ id: 'Agent', description: 'Somebody who calls' })

const session = agentSession.nullable().meta({ description: 'The open session; null while the agent is logged out' })
const heldCall = claimedCall.nullable().meta({ description: 'The call that the agent has claimed; null without one' })
const count = z.int().min(0)

export const agentQuery = z.strictObject({
  timeZone: timeZone.default('UTC').meta({ description: 'IANA time zone, whose day `today` is; UTC when left out' }),
})

const today = z
  .object({
    since: moment.meta({ description: 'When the day began' }),
    timeZone: z.string().meta({ description: 'Whose day it is' }),
    calls: count.meta({ description: 'Calls that began, without those that were given back before calling' }),
    promisesKept: count.meta({ description: 'Promises that these calls have completed' }),
    talkSeconds: count.meta({ description: 'How long those took together that are over' }),
  })
  .meta({ id: 'Today', description: 'How the day of an agent goes so far' })

export const agentToday = z
  .object({ ...agentFields, session, heldCall, today })
  .meta({ id: 'AgentToday', description: 'An agent, what it is at, and how its day goes' })

export const desk = z
  .object({
    now: moment.meta({ description: 'The moment of all this, by the clock of Ringback' }),
    session,
    heldCall,
    next: nextCall
      .nullable()
      .meta({ description: 'What a claim would bring; null while a call is held, and when nobody waits' }),
    queuePosition: z
      .int()
      .min(1)
      .nullable()
      .meta({ description: 'The place of `next` among all who wait in its queue, from 1; null beyond a thousand' }),
    pending: z.array(shownPromise).meta({
      description: 'Due within ten minutes, overdue, or accepted, without those below: the first fifty by time',
    }),
    snoozed: z.array(shownPromise).meta({
      description: 'Put off to a time within a day that has not come, and in no queue yet: the first fifty by time',
    }),
  })
  .meta({ id: 'Desk', description: 'What an agent has before it' })

/** Beside a list, where the customer’s number and story would be too much. */
export const heldCallInShort = z
  .object({
    callSessionId,
    queueEntryId,
    queueType,
    callbackId: callbackId.nullable().meta({ description: 'The callback; null for an ordinary place' }),
    userId,
    userName: z.string().nullable().meta({ description: 'Who is called; null when the record was deleted' }),
    claimedAt: moment.meta({ description: 'When it was claimed' }),
  })
  .meta({ id: 'HeldCall', description: 'A call that an agent has claimed, in short' })

export const agentsQuery = z.strictObject({
  timeZone: timeZone
    .optional()
    .meta({ description: 'IANA time zone, of whose day the figures are; left out, `today` is null' }),
})

export const agentWithSession = z
  .object({
    ...agentFields,
    session,
    heldCall: heldCallInShort.nullable().meta({ description: 'The call that the agent has claimed; null without one' }),
    today: today.nullable().meta({ description: 'How the day goes so far; null when no `timeZone` was asked for' }),
  })
  .meta({ id: 'AgentWithSession', description: 'An agent, and what it is at' })
