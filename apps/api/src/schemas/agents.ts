import { z } from 'zod'
import { email } from './email.ts'
import { agentId, agentIdInUrl } from './ids.ts'
import { moment } from './moment.ts'
import { name, orNone } from './text.ts'

export const agentParams = z.strictObject({ agentId: agentIdInUrl })

const kept = 'Left out, it stays as it is'

export const putAgentBody = z
  .strictObject({
    firstName: name,
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
  })
  .meta({ examples: [{ firstName: 'Grace', lastName: 'Example', email: 'grace@example.com' }] })

const agentStatus = z.enum(['available', 'busy', 'wrap_up', 'away']).meta({ id: 'AgentStatus' })

export const putSessionBody = z.strictObject({ status: agentStatus }).meta({ examples: [{ status: 'available' }] })

export const agentSession = z
  .object({
    id: z.uuid(),
    agentId,
    status: agentStatus,
    statusSince: moment,
    loginAt: moment,
    lastSeenAt: moment.meta({ description: 'The last heartbeat' }),
    logoutAt: moment.nullable(),
  })
  .meta({ id: 'AgentSession', description: 'The presence of an agent from login to logout' })

const agentFields = {
  agentId,
  firstName: z.string(),
  lastName: z.string().meta({ description: 'Empty for somebody with one name' }),
  email: z.string().nullable(),
  isActive: z.boolean(),
  createdAt: moment,
  updatedAt: moment,
}

export const agent = z.object(agentFields).meta({ id: 'Agent', description: 'Somebody who calls' })

export const agentWithSession = z
  .object({ ...agentFields, session: agentSession.nullable() })
  .meta({ id: 'AgentWithSession', description: 'An agent with the open session, or null' })
