import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isPortFree } from '../ports.ts'
import { serviceUser } from '../service-user.ts'
import { isRoot, servicesDirectory } from '../state-directory.ts'

/** A problem that the person can solve: shown as this text, without a stack trace. */
export class StartError extends Error {
  override name = 'StartError'
}

/** What `npm start` runs with. */
export type Settings = {
  /** RINGBACK_HOME: secrets and logs, and, unless Postgres cannot live there, the data. */
  home: string
  /** Where Postgres and Redis keep their data. */
  dataDirectory: string
  apiHost: string
  apiPort: number
  /** As a client on this machine reaches the API. */
  apiUrl: string
  jwtSecret: string
  adminPassword: string
  /** How long the tokens that are shown are valid. */
  tokenHours: number
  withDemo: boolean
}

const defaultPort = 3000
const portsToTry = 50
/** The API accepts none that is longer valid, unless AUTH_MAX_TOKEN_HOURS says so. */
const longestTokenHours = 12

/**
 * Reads the environment, makes RINGBACK_HOME, and on the first start makes up the secrets that it keeps there.
 *
 * @param checkout the default RINGBACK_HOME is `.ringback` in it
 * @throws StartError with every problem of the environment, or with the way out when the port is taken
 */
export async function loadSettings(env: NodeJS.ProcessEnv, checkout: string): Promise<Settings> {
  assertValid(env)
  const apiHost = env['API_HOST'] || '127.0.0.1'
  const apiPort = await choosePort(env['API_PORT'], apiHost)
  const home = resolve(checkout, env['RINGBACK_HOME'] || '.ringback')
  // Root lets the account that runs the services pass through, and nothing more.
  mkdirSync(home, { recursive: true, mode: isRoot() ? 0o711 : 0o700 })
  const secrets = keptSecrets(join(home, 'secrets.json'))
  return {
    home,
    dataDirectory: servicesDirectory(home, serviceUser()),
    apiHost,
    apiPort,
    apiUrl: `http://${/^(0\.0\.0\.0|::)$/.test(apiHost) ? '127.0.0.1' : bracketed(apiHost)}:${apiPort}`,
    jwtSecret: env['AUTH_JWT_SECRET'] || secrets.jwtSecret,
    adminPassword: env['ADMIN_PASSWORD'] || secrets.adminPassword,
    tokenHours: Math.min(longestTokenHours, Number(env['AUTH_MAX_TOKEN_HOURS'] || longestTokenHours)),
    withDemo: env['DEMO'] !== '0',
  }
}

// The children check the rest of the environment; these are the variables that are used before they start.
function assertValid(env: NodeJS.ProcessEnv): void {
  const { API_PORT: port, AUTH_JWT_SECRET: secret } = env
  const problems: string[] = []
  if (port && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    problems.push(`API_PORT must be a port number from 1 to 65535, and is "${port}"`)
  }
  if (secret && secret.length < 32) problems.push('AUTH_JWT_SECRET must have 32 characters or more')
  if (problems.length > 0) throw new StartError(problems.join('\n'))
}

async function choosePort(wanted: string | undefined, host: string): Promise<number> {
  if (wanted) {
    if (await isPortFree(Number(wanted), host)) return Number(wanted)
    throw new StartError(`Port ${wanted} on ${host} is taken. Set API_PORT to another one, or leave it out`)
  }
  for (let port = defaultPort; port < defaultPort + portsToTry; port += 1) if (await isPortFree(port, host)) return port
  throw new StartError(`The ports from ${defaultPort} on are taken. Set API_PORT to a free one`)
}

function keptSecrets(file: string): { jwtSecret: string; adminPassword: string } {
  if (!existsSync(file)) {
    const fresh = { jwtSecret: randomBytes(32).toString('hex'), adminPassword: randomBytes(12).toString('base64url') }
    writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  }
  return JSON.parse(readFileSync(file, 'utf8')) as { jwtSecret: string; adminPassword: string }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
