import { roles } from '@ringback/db'
import { z } from 'zod'
import { longestCookie } from '../auth/session-cookie.ts'
import { agentId } from './ids.ts'
import { moment } from './moment.ts'

export const session = z
  .object({
    role: z.enum(roles).meta({ description: 'What the bearer may do' }),
    agentId: agentId.optional().meta({ description: 'Which agent it is; of an agent alone' }),
    sub: z
      .string()
      .optional()
      .meta({ description: 'Who it is to whoever signed the token; of an agent it may be missing' }),
    subject: z.string().meta({ description: 'The same for all tokens of one bearer, and for no other' }),
    expiresAt: moment.meta({ description: 'When the session ends' }),
  })
  .meta({ id: 'Session', description: 'Who has signed in' })

export const signInBody = z
  .union([
    z.strictObject({
      code: z.string().min(1).max(200).meta({ description: 'A code of `./ringback sign-in`, which is good for once' }),
    }),
    z.strictObject({
      token: z.string().min(1).max(longestCookie).meta({ description: 'A token, as it would stand in a header' }),
    }),
  ])
  .meta({ id: 'SignInBody' })

export const sessionOptions = z
  .object({
    oidc: z.boolean().meta({ description: 'Whether an identity provider may be asked: `GET /api/session/oidc`' }),
  })
  .meta({ id: 'SessionOptions', description: 'How one can sign in beside a code and a token' })
