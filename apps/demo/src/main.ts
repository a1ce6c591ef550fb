import { pino } from 'pino'
import { systemClock } from './clock.ts'
import { ConfigError, loadConfig } from './config.ts'
import { runDemo } from './demo.ts'
import { untilStopped } from './lifetime.ts'
import { seededRandom } from './random.ts'
import { ringbackAt } from './ringback.ts'
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
  await runDemo({
    ringback: ringbackAt({ apiUrl: config.apiUrl, token, clock, signal, log }),
    clock,
    random,
    signal,
    log,
  })
  log.info('demo stopped')
}
