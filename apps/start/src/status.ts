/** `./ringback status`: all that `start` said when it was up, and how its parts are now; with a name, that value alone. */
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { isAlive, StartError } from '@ringback/local'
import { bold, overview, rows } from './overview.ts'
import { findRunning, type Part, type RunDetails } from './running.ts'
import { homeOf } from './settings.ts'

const patienceMs = 5_000
const checkout = join(import.meta.dirname, '../../..')

/** What can be asked for alone, by the name of the setting that takes it. */
const values: Record<string, (details: RunDetails) => string> = {
  API_URL: ({ apiUrl }) => apiUrl,
  DATABASE_URL: ({ databaseUrl }) => databaseUrl,
  REDIS_URL: ({ redisUrl }) => redisUrl,
  ADMIN_PASSWORD: ({ adminPassword }) => adminPassword,
  AUTH_JWT_SECRET: ({ jwtSecret }) => jwtSecret,
}

const usage = `Usage: ./ringback status [${Object.keys(values).join('|')}]`

function readArguments(): { name: string | undefined; help: boolean } {
  try {
    const { positionals, values: options } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', default: false } },
    })
    const [name, ...more] = positionals
    if (more.length === 0 && (name === undefined || Object.hasOwn(values, name))) return { name, help: options.help }
    throw new StartError(`It cannot be asked for ${positionals.join(' and ')}`)
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n${usage}`)
  }
}

async function status(name: string | undefined): Promise<string> {
  const value = name === undefined ? undefined : values[name]
  const home = homeOf(process.env, checkout)
  const running = findRunning(home)
  if (!running) throw new StartError(`Ringback does not run on the data of ${home}. Start it with: npm start`)
  const { pid, details } = running
  if (!details) throw new StartError(`Ringback is just starting (process ${pid}); ask again when it says that it runs`)
  if (value) return value(details)
  return [
    '',
    `${bold('Ringback is running.')} Process ${pid}, since ${details.startedAt}.`,
    await overview(details),
    bold('Parts'),
    ...rows(Object.fromEntries(Object.entries(details.parts).map(([part, life]) => [part, stateOf(life)]))),
    ...rows({ together: await readinessOf(details.apiUrl) }),
    '',
  ].join('\n')
}

function stateOf({ pid, deaths }: Part): string {
  const state = pid !== null && isAlive(pid) ? `runs as process ${pid}` : 'is being started again'
  return deaths === 0 ? state : `${state}; died ${deaths === 1 ? 'once' : `${deaths} times`}, its log says why`
}

/** What the API says of itself and of what it stands on: `ready`, or what is missing. */
async function readinessOf(apiUrl: string): Promise<string> {
  try {
    const answer = await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(patienceMs) })
    const { status: state, checks } = (await answer.json()) as {
      status: string
      checks: Record<string, { ok: boolean; detail: string }>
    }
    const missing = Object.entries(checks).filter(([, { ok }]) => !ok)
    return [state, ...missing.map(([name, { detail }]) => `${name}: ${detail}`)].join('; ')
  } catch {
    return `the API at ${apiUrl} does not answer`
  }
}

try {
  const { name, help } = readArguments()
  console.log(help ? usage : await status(name))
} catch (error) {
  if (!(error instanceof StartError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
