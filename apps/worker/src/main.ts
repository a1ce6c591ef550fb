import { certificatesOf, createLogger, openEngine, rulesOf, SettingsError } from '@ringback/core'
import { openTelemetry } from '@ringback/telemetry'
import closeWithGrace from 'close-with-grace'
import { loadConfig, type WorkerConfig } from './config.ts'
import { startWorker } from './worker.ts'

/** Ten seconds are promised, also on a machine that has little time for it. */
const closeWithinMs = 6_000

async function run(config: WorkerConfig): Promise<void> {
  const told = await openTelemetry('worker', config)
  const log = createLogger('worker', config.LOG_LEVEL, told.logMixin)
  const engine = openEngine({
    databaseUrl: config.DATABASE_URL,
    redisUrl: config.REDIS_URL,
    redisPrefix: config.REDIS_PREFIX,
    certificates: certificatesOf(config),
    rules: rulesOf(config),
    poolSize: 8,
    applicationName: 'ringback-worker',
    log,
    telemetry: told.telemetry,
  })
  const metrics = await told.serve(engine, log, { knowsAll: false })
  const worker = startWorker(engine, {
    concurrency: config.WORKER_CONCURRENCY,
    beatFile: config.WORKER_BEAT_FILE,
  })
  // A frozen Redis or Postgres keeps jobs from ending; close-with-grace ends the process at the deadline, and when the
  // locks of its jobs have run out, they are at work with others.
  closeWithGrace({ delay: closeWithinMs, logger: false }, async ({ signal, err }) => {
    if (err) log.error({ err }, 'worker failed')
    log.info({ signal }, 'worker stopping')
    await Promise.all([worker.close(), metrics?.close()])
    await engine.close()
    await told.close()
  })
  // Not before: whoever reads it may end us.
  log.info({ concurrency: config.WORKER_CONCURRENCY }, 'worker started')
}

try {
  await run(loadConfig(process.env))
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exit(1)
}
