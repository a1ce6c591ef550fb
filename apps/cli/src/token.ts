import { randomUUID } from 'node:crypto'
import { readSettings, SettingsError, tokenSettings } from '@ringback/core'
import { roles } from '@ringback/db'
import { decodeJwt, SignJWT } from 'jose'
import { z } from 'zod'
import { bearerArguments, readBearerArguments, UsageError } from './bearer-arguments.ts'

const usage = `Usage: ./ringback token --role agent|desk|service|viewer|supervisor [--agent ID] [--name NAME] [--expires-in 8h]

Prints a token signed with AUTH_JWT_SECRET.
  --role        who the token stands for
  --agent       the agent's id; needed for the role agent, and only there
  --name        whose token it is, \`sub\`; a name is made up when it is left out, so that no two bearers
                share idempotency keys and a rate limit
  --expires-in  how long it is valid, like 15m or 8h; as long as the API allows when left out
                (AUTH_MAX_TOKEN_HOURS, 12)`

const tokenArguments = z.object({
  ...bearerArguments(roles),
  'expires-in': z
    .string()
    .regex(/^\d+\s?[smhdw]$/, '--expires-in must be like 15m or 8h')
    .optional(),
})

async function makeToken({ role, agent, name, 'expires-in': expiresIn }: z.infer<typeof tokenArguments>) {
  const { AUTH_JWT_SECRET, AUTH_MAX_TOKEN_HOURS: maxHours } = readSettings(tokenSettings, process.env)
  const token = await new SignJWT({ role, ...(agent !== undefined && { agentId: agent }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(name ?? `${role}-${agent ?? randomUUID()}`)
    .setIssuedAt()
    .setExpirationTime(expiresIn ?? `${maxHours}h`)
    .sign(new TextEncoder().encode(AUTH_JWT_SECRET))
  const { exp, iat } = decodeJwt(token)
  if (exp! - iat! > maxHours * 3_600) {
    throw new UsageError(
      `--expires-in must be ${maxHours}h or less: the API accepts no longer life (AUTH_MAX_TOKEN_HOURS)`,
    )
  }
  return token
}

try {
  const wanted = readBearerArguments(tokenArguments, { own: 'expires-in', usage })
  console.log(wanted ? await makeToken(wanted) : usage)
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
