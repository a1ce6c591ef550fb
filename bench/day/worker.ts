import { createLogger, openEngine, rulesOf } from '@ringback/core'
import { loadConfig } from '../../apps/worker/src/config.ts'
import { startWorker } from '../../apps/worker/src/index.ts'
import { sharedClock } from './shared-clock.ts'

/** A worker as its own main starts it, but for the clock. */
const config = loadConfig(process.env)
const engine = openEngine({
  databaseUrl: config.DATABASE_URL,
  redisUrl: config.REDIS_URL,
  redisPrefix: config.REDIS_PREFIX,
  rules: rulesOf(config),
  poolSize: 8,
  applicationName: 'ringback-worker',
  log: createLogger('worker', config.LOG_LEVEL),
  clock: sharedClock(process.env['CLOCK_FILE']!),
})
const worker = startWorker(engine, { concurrency: config.WORKER_CONCURRENCY })
process.once('SIGTERM', () => void worker.close().then(() => process.exit()))
console.log('started')
