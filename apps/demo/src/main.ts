import { pino } from 'pino'
import { createApiClient } from './api-client.ts'
import { systemClock } from './clock.ts'
import { ConfigError, loadConfig } from './config.ts'
import { runDemo } from './demo.ts'
import { untilStopped } from './lifetime.ts'
import { seededRandom } from './random.ts'
import { ringbackOver } from './ringback.ts'
import { supervisorTokens } from './tokens.ts'

const SHUTDOWN_MS = 1_500

/** The same day for everybody who looks at the demo. */
const SEED = 20_261

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const config = loadConfig(process.env)
  const log = pino({ name: 'demo', level: config.logLevel })
  const signal = untilStopped()
  signal.addEventListener('abort', () => {
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref()
  })

  const clock = systemClock({ speed: config.speed, signal })
  const random = seededRandom(SEED)
  const token = supervisorTokens(config.secret, clock)
  const api = createApiClient({ apiUrl: config.apiUrl, token, clock, random: random.fork('retries'), signal, log })
  await runDemo({ ringback: ringbackOver(api), clock, random, signal, log })
  log.info('demo stopped')
}
