import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Services } from '../services.ts'
import type { Settings } from './settings.ts'
import { type Identity, signToken } from './tokens.ts'

/** The agent of the README's walk-through, who is not one of the demo's. */
const walkThroughAgent = 90

/**
 * Writes what a second terminal needs (`. .ringback/env`): where things are, the secret that signs tokens, and a token
 * per role. Only its owner may read it.
 *
 * @returns the path of the file
 */
export async function writeEnvFile(settings: Settings, services: Services): Promise<string> {
  const { home, apiUrl, jwtSecret, tokenHours } = settings
  const sign = (identity: Identity): Promise<string> => signToken(jwtSecret, identity, tokenHours)
  const variables = {
    API_URL: apiUrl,
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    AUTH_JWT_SECRET: jwtSecret,
    AGENT_TOKEN: await sign({ role: 'agent', agentId: walkThroughAgent }),
    SERVICE_TOKEN: await sign({ role: 'service', name: 'shell' }),
    SUPERVISOR_TOKEN: await sign({ role: 'supervisor', name: 'shell' }),
  }
  const file = join(home, 'env')
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
  writeFileSync(file, lines.join(''), { mode: 0o600 })
  return file
}
