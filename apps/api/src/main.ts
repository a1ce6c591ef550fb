import process from 'node:process'
import {
  certificatesOf,
  createLogger,
  actingAs,
  endWatch,
  engineTask,
  followTzData,
  noteWatch,
  openEngine,
  rulesOf,
  repeat,
  reportOf,
  SettingsError,
  tzDataEveryMs,
  watchIntervalMs,
} from '@ringback/core'
import { openTelemetry } from '@ringback/telemetry'
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { loadConfig, standbyOf, type ApiConfig } from './config.ts'
import { builtConsole } from './console.ts'
import { apiName } from './heartbeats.ts'

const poolSize = 10
/** Ten seconds are promised, also on a machine that has little time for it. */
const closeWithinMs = 6_000

/** The API as a process: settings, connections, server, and the way down. */
async function main(config: ApiConfig): Promise<void> {
  const told = await openTelemetry('api', config)
  const log = createLogger('api', config.LOG_LEVEL, told.logMixin)
  const engine = openEngine({
    databaseUrl: config.DATABASE_URL,
    standby: standbyOf(config),
    redisUrl: config.REDIS_URL,
    redisPrefix: config.REDIS_PREFIX,
    certificates: certificatesOf(config),
    rules: rulesOf(config),
    poolSize,
    applicationName: 'ringback-api',
    log,
    telemetry: told.telemetry,
  })
  const metrics = await told.serve(engine, log, { knowsAll: true })
  const app = await buildApp({ engine, config, consoleFiles: builtConsole() })
  const { clock, deps } = engine
  const watching = repeat(
    'agent watch',
    { everyMs: watchIntervalMs(deps.rules) },
    () => clock.ready().then(() => noteWatch(deps, apiName(config))),
    log,
  )

  const following = repeat(
    'time zones',
    { everyMs: tzDataEveryMs },
    () =>
      clock.ready().then(async () => reportOf({ ...(await followTzData(actingAs(deps, engineTask('time zones')))) })),
    log,
  )

  closeWithGrace({ delay: closeWithinMs, logger: log }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'api failed')
    else log.info({ signal }, 'api stops')
    await Promise.all([app.close(), metrics?.close()])
    await Promise.all([watching.stop(), following.stop()])
    await endWatch(deps, apiName(config)).catch((error: Error) => log.warn({ err: error }, 'end of watch not noted'))
    await engine.close()
    await told.close()
  })

  await app.listen({
    host: config.API_HOST,
    port: config.API_PORT,
    listenTextResolver: (address) => `api listens at ${address}`,
  })
}

function explain(error: unknown): string | undefined {
  if (error instanceof SettingsError) return error.message
  const { code, address, port } = error as { code?: string; address?: string; port?: number }
  if (code === 'EADDRINUSE') return `API_PORT ${port} is taken on ${address}. Set API_PORT to a free port.`
  if (code === 'EACCES') return `API_PORT ${port} may not be opened. Set API_PORT to a port above 1023.`
  return undefined
}

try {
  await main(loadConfig(process.env))
} catch (error) {
  const explanation = explain(error)
  if (explanation === undefined) throw error
  process.stderr.write(`${explanation}\n`)
  process.exit(1)
}
