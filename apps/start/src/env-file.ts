import { join } from 'node:path'
import { writePrivateFile } from './private-file.ts'
import type { Settings } from './settings.ts'
import { type Identity, signToken } from './tokens.ts'

/** The agent of the README's walk-through, who is not one of the demo's. */
const walkThroughAgent = 90

/**
 * Writes what a client needs (`. .ringback/env`): the URL of the API and a token per role. Nothing else: a program that
 * finds a DATABASE_URL in its environment goes there, and a terminal keeps it for longer than it is true.
 *
 * @returns the path of the file, which its owner alone may read
 */
export async function writeEnvFile({ home, apiUrl, jwtSecret, tokenHours }: Settings): Promise<string> {
  const sign = (identity: Identity): Promise<string> => signToken(jwtSecret, identity, tokenHours)
  const variables = {
    API_URL: apiUrl,
    AGENT_TOKEN: await sign({ role: 'agent', agentId: walkThroughAgent }),
    SERVICE_TOKEN: await sign({ role: 'service', name: 'shell' }),
    SUPERVISOR_TOKEN: await sign({ role: 'supervisor', name: 'shell' }),
  }
  const file = join(home, 'env')
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
  writePrivateFile(file, lines.join(''))
  return file
}
