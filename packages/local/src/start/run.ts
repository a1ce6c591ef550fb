import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describeExit } from '../service.ts'
import { type Services, startServices } from '../services.ts'
import { banner } from './banner.ts'
import { type Child, type Death, keepRunning, type Program, runOnce, type Surroundings } from './children.ts'
import { writeEnvFile } from './env-file.ts'
import { LogFiles } from './log-files.ts'
import { readable } from './readable.ts'
import { type Settings, StartError } from './settings.ts'

/** The programs that make up Ringback, in the order in which they are started. */
export type Programs = { migrate: Program; api: Program; workers: Program[]; demo: Program }

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
 * @throws StartError when a part cannot be started, or Postgres or Redis dies
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
  const logs = new LogFiles(join(settings.home, 'logs'))
  opened.defer(() => logs.close())

  print('Starting Postgres and Redis …')
  const services = await startServices(env, {
    dataDir: settings.dataDirectory,
    log: (service, line) => logs.write(service, line),
    notice: print,
  })
  opened.defer(() => services.stop())
  const surroundings = surroundingsOf(run, services, logs)

  print('Migrating the database …')
  const migration = await runOnce(programs.migrate, surroundings)
  if (migration.exit.code !== 0) throw endedEarly('The migration failed', migration)

  print('Starting the API and two workers …')
  const api = keepRunning(programs.api, surroundings)
  const workers = programs.workers.map((worker) => keepRunning(worker, surroundings))
  opened.defer(() => stopAll([api, ...workers]))
  // A setting that is wrong ends them at once, and would end them again.
  const earlyDeaths = [api, ...workers].map(async ({ name, firstDeath }) => {
    throw endedEarly(`${name} ended`, await firstDeath)
  })
  const ready = untilReady(settings.apiUrl, logs.pathOf(api.name))
  await Promise.race([ready, ...earlyDeaths, untilLost(services, logs)])

  if (settings.withDemo) {
    const demoEnv = { RINGBACK_API_URL: settings.apiUrl }
    const demo = keepRunning(programs.demo, { ...surroundings, env: { ...surroundings.env, ...demoEnv } })
    opened.defer(() => demo.stop())
  }
  const envFile = await writeEnvFile(settings, services)
  print(await banner(settings, { envFile, ownDatabase: !env['DATABASE_URL'], ownRedis: !env['REDIS_URL'] }))
  return untilLost(services, logs)
}

async function untilLost(services: Services, logs: LogFiles): Promise<never> {
  throw new StartError(`${await services.failed}, and without it nothing works. Its log is in ${logs.directory}`)
}

function surroundingsOf({ checkout, env, settings, print }: Run, services: Services, logs: LogFiles): Surroundings {
  return {
    cwd: checkout,
    env: {
      ...env,
      DATABASE_URL: services.databaseUrl,
      REDIS_URL: services.redisUrl,
      API_HOST: settings.apiHost,
      API_PORT: String(settings.apiPort),
      AUTH_JWT_SECRET: settings.jwtSecret,
      ADMIN_PASSWORD: settings.adminPassword,
      LOG_LEVEL: env['LOG_LEVEL'] || 'info',
    },
    log: (name, line) => {
      logs.write(name, line)
      const shown = readable(name, line)
      if (shown !== undefined) print(shown)
    },
    notice: print,
  }
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
