import { createLogger, openEngine, rulesOf } from '@ringback/core'
import { buildApp, loadConfig } from '../../apps/api/src/index.ts'
import { sharedClock } from './shared-clock.ts'

/** The API as its own main starts it, but for the clock. */
const config = loadConfig(process.env)
const engine = openEngine({
  databaseUrl: config.DATABASE_URL,
  redisUrl: config.REDIS_URL,
  redisPrefix: config.REDIS_PREFIX,
  rules: rulesOf(config),
  poolSize: 10,
  applicationName: 'ringback-api',
  log: createLogger('api', config.LOG_LEVEL),
  clock: sharedClock(process.env['CLOCK_FILE']!),
})
const app = await buildApp({ engine, config })
await app.listen({ host: config.API_HOST, port: config.API_PORT })
process.once('SIGTERM', () => void app.close().then(() => process.exit()))
console.log('started')
