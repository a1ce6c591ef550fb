import { mostQueuesServed } from '@ringback/db'
import { z } from 'zod'
import { email } from './email.ts'
import { agentId, agentIdInUrl, queueType } from './ids.ts'
import { createdAt, moment, updatedAt } from './moment.ts'
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

const agentFields = {
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

export const agent = z.object(agentFields).meta({ id: 'Agent', description: 'Somebody who calls' })

export const agentWithSession = z
  .object({ ...agentFields, session: agentSession.nullable().meta({ description: 'The open session' }) })
  .meta({ id: 'AgentWithSession', description: 'An agent with the open session, or null' })
