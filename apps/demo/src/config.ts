import { z } from 'zod'

const settings = z.object({
  RINGBACK_API_URL: z.url({ protocol: /^https?$/, error: 'must be the http(s) address of the API' }),
  AUTH_JWT_SECRET: z.string('must be the secret that the API checks tokens with').min(1, 'must not be empty'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
  DEMO_SPEED: z.coerce
    .number('must be a number')
    .min(0.1, 'must be at least 0.1')
    .max(20, 'must be at most 20')
    .default(1),
})

/** The variables that the demo reads. */
export const settingNames = Object.keys(settings.shape)

export interface DemoConfig {
  readonly apiUrl: string
  readonly secret: string
  readonly logLevel: string
  /**
   * Simulated seconds per real second of talks, breaks and waits; promises are kept in real time. Above about 5 the
   * API's default rate limit slows the demo down.
   */
  readonly speed: number
}

/** What is wrong with the environment: one line for each variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  /** By variable, what is wrong with it. */
  readonly problems: ReadonlyMap<string, string>

  constructor(problems: ReadonlyMap<string, string>) {
    super([...problems].map(([name, problem]) => `${name}: ${problem}`).join('\n'))
    this.problems = problems
  }
}

/**
 * Reads the demo's settings.
 *
 * @throws ConfigError naming every variable that is missing or wrong, and what it should be
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): DemoConfig {
  const parsed = settings.safeParse(env)
  if (!parsed.success) {
    throw new ConfigError(new Map(parsed.error.issues.map(({ path, message }) => [path.join('.'), message])))
  }
  const { RINGBACK_API_URL, AUTH_JWT_SECRET, LOG_LEVEL, DEMO_SPEED } = parsed.data
  return Object.freeze({
    apiUrl: RINGBACK_API_URL.replace(/\/+$/, ''),
    secret: AUTH_JWT_SECRET,
    logLevel: LOG_LEVEL,
    speed: DEMO_SPEED,
  })
}
