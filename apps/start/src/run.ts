import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { describeExit, programPlace, type Services, serviceUser, StartError, startServices } from '@ringback/local'
import { type Child, type Death, keepRunning, type Program, runOnce, type Surroundings } from './children.ts'
import { writeEnvFile } from './env-file.ts'
import { LogFiles } from './log-files.ts'
import { bold, overview } from './overview.ts'
import { readable } from './readable.ts'
import { claimHome, type Part, type RunDetails } from './running.ts'
import type { Settings } from './settings.ts'

/**
 * The programs that make up Ringback, in the order in which they are started, and the directories that they are in. `files`
 * are directories that they read beside those, made by `build`.
 */
export type Programs = {
  apps: string[]
  files: string[]
  build: Program
  migrate: Program
  api: Program
  workers: Program[]
  demo: Program
}

/** What a run needs from outside. */
export type Run = {
  checkout: string
  env: NodeJS.ProcessEnv
  settings: Settings
  programs: Programs
  print: (text: string) => void
  /** Aborted when the person, or the one who started us, wants it to end. */
  stopped: AbortSignal
}

const readyDeadlineMs = 60_000

/**
 * Runs all of Ringback until `stopped` is aborted: Postgres and Redis, migrations, API and workers, the demo. What has
 * been started is stopped in reverse order, however this ends.
 *
 * @throws StartError when a part cannot be started. What dies later is started again
 */
export async function runRingback(run: Run): Promise<void> {
  await using opened = new AsyncDisposableStack()
  opened.defer(() => run.print('Stopped.'))
  // An end in the middle of the start leaves what is just being started to the watchdog.
  await Promise.race([untilAborted(run.stopped), open(run, opened)])
  run.print('Stopping …')
}

async function open(run: Run, opened: AsyncDisposableStack): Promise<never> {
  const { env, settings, programs, print } = run
  const note = claimHome(settings.home, settings.apiUrl)
  opened.defer(() => note.remove())
  // In the order in which they are shown.
  const own = [...(env['DATABASE_URL'] ? [] : ['postgres']), ...(env['REDIS_URL'] ? [] : ['redis'])]
  const parts: Record<string, Part> = Object.fromEntries(own.map((name) => [name, { pid: null, deaths: 0 }]))
  let details: RunDetails | undefined
  const onLife = (name: string, pid: number | undefined): void => {
    const deaths = (parts[name]?.deaths ?? 0) + (pid === undefined ? 1 : 0)
    parts[name] = { pid: pid ?? null, deaths }
    if (details && !run.stopped.aborted) note.write(details)
  }
  const logs = new LogFiles(join(settings.home, 'logs'))
  opened.defer(() => logs.close())

  const built = build(run, logs, opened)
  built.catch(() => {}) // It is awaited below.
  print('Starting Postgres and Redis …')
  const services = await startServices(env, {
    dataDir: settings.dataDirectory,
    log: (service, line) => logs.write(service, line),
    notice: print,
    onLife,
  })
  opened.defer(() => services.stop())
  const user = serviceUser()
  await built
  const place = programPlace(run.checkout, { apps: programs.apps, files: programs.files }, user, print)
  const surroundings: Surroundings = {
    cwd: place.checkout,
    node: place.node,
    user,
    env: environmentOf(run, services),
    log: (name, line) => {
      logs.write(name, line)
      const shown = readable(name, line)
      if (shown !== undefined) print(shown)
    },
    notice: print,
    onLife,
  }

  print('Migrating the database …')
  const migration = await runOnce(programs.migrate, surroundings, opened)
  if (migration.exit.code !== 0) throw endedEarly('The migration failed', migration)

  print('Starting the API and two workers …')
  const api = keepRunning(programs.api, surroundings)
  const workers = programs.workers.map((worker, index) => {
    const ownEnv = withMetricsPort(surroundings.env, index + 1)
    return keepRunning(worker, { ...surroundings, env: ownEnv })
  })
  opened.defer(() => stopAll([api, ...workers]))
  // A setting that is wrong ends them at once, and would end them again.
  const earlyDeaths = [api, ...workers].map(async ({ name, firstDeath }) => {
    throw endedEarly(`${name} ended`, await firstDeath)
  })
  const ready = untilReady(settings.apiUrl, logs.pathOf(api.name))
  await Promise.race([ready, ...earlyDeaths])

  if (settings.withDemo) {
    const demoEnv = { RINGBACK_API_URL: settings.apiUrl }
    const demo = keepRunning(programs.demo, { ...surroundings, env: { ...surroundings.env, ...demoEnv } })
    opened.defer(() => demo.stop())
  }
  const { databaseUrl, redisUrl } = services
  const envFile = await writeEnvFile(settings)
  details = { ...settings, startedAt: new Date().toISOString(), databaseUrl, redisUrl, envFile, parts }
  note.write(details)
  print(`\n${bold('Ringback is running.')}\n${await overview(details)}`)
  return never
}

/** Builds what the API sends to browsers, as whoever has made the checkout, while the servers start. */
async function build(
  { checkout, env, programs, print }: Run,
  logs: LogFiles,
  opened: AsyncDisposableStack,
): Promise<void> {
  const surroundings: Surroundings = {
    cwd: checkout,
    node: process.execPath,
    user: undefined,
    env,
    log: (name, line) => {
      logs.write(name, line)
      print(line)
    },
    notice: print,
    onLife: () => {},
  }
  const end = await runOnce(programs.build, surroundings, opened)
  if (end.exit.code !== 0) throw endedEarly('The console could not be built', end)
}

/** What is running goes on until `stopped`. */
const never = new Promise<never>(() => {})

function environmentOf({ env, settings }: Run, services: Services): NodeJS.ProcessEnv {
  return {
    ...env,
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    API_HOST: settings.apiHost,
    API_PORT: String(settings.apiPort),
    AUTH_JWT_SECRET: settings.jwtSecret,
    ADMIN_PASSWORD: settings.adminPassword,
    LOG_LEVEL: env['LOG_LEVEL'] || 'info',
  }
}

/** The API serves its metrics on METRICS_PORT, if any are wanted, and the workers on the ports behind it. */
function withMetricsPort(env: NodeJS.ProcessEnv, behind: number): NodeJS.ProcessEnv {
  const port = Number(env['METRICS_PORT'] ?? 0)
  return port === 0 ? env : { ...env, METRICS_PORT: String(port + behind) }
}

async function untilReady(apiUrl: string, logFile: string): Promise<void> {
  const deadline = Date.now() + readyDeadlineMs
  while (Date.now() < deadline) {
    const answer = await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    if (answer?.ok) return
    await pause(100)
  }
  throw new StartError(`The API is not ready after ${readyDeadlineMs / 1000} s. Its log: ${logFile}`)
}

async function stopAll(children: Child[]): Promise<void> {
  await Promise.all(children.map((child) => child.stop()))
}

function endedEarly(what: string, { exit, lastLines }: Death): StartError {
  return new StartError([`${what} (${describeExit(exit)}):`, ...lastLines].join('\n  '))
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
