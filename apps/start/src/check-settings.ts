import { randomBytes } from 'node:crypto'
import { loadConfig as loadApi, settingNames as apiNames } from '@ringback/api/config'
import { onOff, readSettings, SettingsError, wholeNumber } from '@ringback/core'
import { ConfigError, loadConfig as loadDemo, settingNames as demoNames } from '@ringback/demo/config'
import { StartError } from '@ringback/local'
import { loadConfig as loadWorker, settingNames as workerNames } from '@ringback/worker/config'
import { closestMatch } from 'leven'
import { z } from 'zod'

/** What `npm start` itself reads. Unlike the API, it has to know the port before anything listens on it. */
const startSettings = z.object({
  API_PORT: wholeNumber(1, 65_535).optional(),
  DEMO: onOff().default(true),
  RINGBACK_HOME: z.string().optional(),
})

export type StartSettings = Readonly<z.infer<typeof startSettings>>

/** What `. .ringback/env` leaves in a terminal. */
const ofClients = new Set(['API_URL', 'AGENT_TOKEN', 'SERVICE_TOKEN', 'SUPERVISOR_TOKEN'])
const ofParts = [...new Set([...Object.keys(startSettings.shape), ...apiNames, ...workerNames, ...demoNames])]

/** Where Ringback brings its own; they are not known yet, and right. */
const brought = {
  DATABASE_URL: 'postgres://127.0.0.1/ringback',
  REDIS_URL: 'redis://127.0.0.1',
  AUTH_JWT_SECRET: randomBytes(32).toString('hex'),
  RINGBACK_API_URL: 'http://127.0.0.1',
}

/**
 * Reads the environment as every part will, before any of them is started.
 *
 * @throws StartError with all that is wrong, each variable once, and with the names that are misspelt
 */
export function checkSettings(env: NodeJS.ProcessEnv): StartSettings {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const asPartsSeeIt = { ...brought, ...set }
  const problems = new Map<string, string>(misspelt(set))
  const note = (found: ReadonlyMap<string, string>): void => {
    for (const [name, problem] of found) if (!problems.has(name)) problems.set(name, problem)
  }
  const settings = attempt(() => readSettings(startSettings, set), note)
  for (const load of [loadApi, loadWorker, loadDemo]) attempt(() => load(asPartsSeeIt), note)
  if (settings && problems.size === 0) return settings
  const lines = [...problems].map(([name, problem]) => `  ${name}: ${problem}`)
  throw new StartError([problems.size > 1 ? 'These settings are wrong:' : 'A setting is wrong:', ...lines].join('\n'))
}

/** A variable that is a letter or two from one of ours was meant to be it: what it says would be passed over in silence. */
function misspelt(env: NodeJS.ProcessEnv): [string, string][] {
  return Object.keys(env).flatMap((name) => {
    if (ofParts.includes(name) || ofClients.has(name)) return []
    const nearest = closestMatch(name.toUpperCase(), ofParts, { maxDistance: name.length > 6 ? 2 : 1 })
    return nearest === undefined ? [] : [[name, `is not a setting; ${nearest} is. Correct the name, or unset it`]]
  })
}

function attempt<T>(read: () => T, note: (problems: ReadonlyMap<string, string>) => void): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof ConfigError)) throw error
    note(error.problems)
    return undefined
  }
}
