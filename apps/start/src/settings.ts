import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isPortFree, isRoot, servicesDirectory, serviceUser, StartError } from '@ringback/local'
import { checkSettings } from './check-settings.ts'
import { writePrivateFile } from './private-file.ts'
import { assertReachable } from './reachable.ts'
import { assertNotRunning } from './running.ts'

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
  /** As people's browsers reach its pages. */
  consoleUrl: string
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
 * @param notice is told of what is made on this machine, before it is
 * @throws StartError with every problem of the environment, or with what else is in the way: a run on the same data, a
 *   server that does not answer, an address that cannot be had
 */
export async function loadSettings(
  env: NodeJS.ProcessEnv,
  checkout: string,
  notice: (text: string) => void = () => {},
): Promise<Settings> {
  const { DEMO } = checkSettings(env)
  const home = homeOf(env, checkout)
  assertNotRunning(home)
  await assertReachable(env)
  const apiHost = env['API_HOST'] || '127.0.0.1'
  const apiPort = await choosePort(env['API_PORT'], apiHost)
  // Root lets the account that runs the services pass through, and nothing more.
  mkdirSync(home, { recursive: true, mode: isRoot() ? 0o711 : 0o700 })
  const secrets = keptSecrets(join(home, 'secrets.json'))
  const apiUrl = `http://${/^(0\.0\.0\.0|::)$/.test(apiHost) ? '127.0.0.1' : bracketed(apiHost)}:${apiPort}`
  return {
    home,
    dataDirectory: servicesDirectory(home, serviceUser(notice), notice),
    apiHost,
    apiPort,
    apiUrl,
    consoleUrl: env['PUBLIC_URL']?.replace(/\/+$/, '') || apiUrl,
    jwtSecret: env['AUTH_JWT_SECRET'] || secrets.jwtSecret,
    adminPassword: env['ADMIN_PASSWORD'] || secrets.adminPassword,
    tokenHours: Math.min(longestTokenHours, Number(env['AUTH_MAX_TOKEN_HOURS'] || longestTokenHours)),
    withDemo: DEMO,
  }
}

/** RINGBACK_HOME as a full path. */
export function homeOf(env: NodeJS.ProcessEnv, checkout: string): string {
  return resolve(checkout, env['RINGBACK_HOME'] || '.ringback')
}

async function choosePort(wanted: string | undefined, host: string): Promise<number> {
  if (wanted) {
    if (await canListen(Number(wanted), host)) return Number(wanted)
    throw new StartError(`Port ${wanted} on ${host} is taken. Set API_PORT to another one, or leave it out`)
  }
  for (let port = defaultPort; port < defaultPort + portsToTry; port += 1) if (await canListen(port, host)) return port
  throw new StartError(`The ports from ${defaultPort} on are taken. Set API_PORT to a free one`)
}

async function canListen(port: number, host: string): Promise<boolean> {
  try {
    return await isPortFree(port, host)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES') {
      throw new StartError(`Port ${port} on ${host} may not be opened by this account. Set API_PORT to one above 1023`)
    }
    throw new StartError(
      `API_HOST ${host} is no address that this machine can listen on (${code}). ` +
        `Set it to one of its own, such as 127.0.0.1, or 0.0.0.0 for all of them`,
    )
  }
}

function keptSecrets(file: string): { jwtSecret: string; adminPassword: string } {
  if (!existsSync(file)) {
    const fresh = { jwtSecret: randomBytes(32).toString('hex'), adminPassword: randomBytes(12).toString('base64url') }
    writePrivateFile(file, `${JSON.stringify(fresh, null, 2)}\n`)
  }
  return JSON.parse(readFileSync(file, 'utf8')) as { jwtSecret: string; adminPassword: string }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
