import { z } from 'zod'
import { parseRedisUrl } from './lanes/redis-url.ts'
import { dayMs, shortestRetentionDays, type Policy } from './policy.ts'

/** A whole number in a range, from its digits. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`
  return z.coerce.number(error).int(error).min(min, error).max(max, error)
}

const mostDays = 36_500

/** How many days something is kept: a whole number of at least `min`, or 0 for ever. */
function daysKept(min: number) {
  const error = `must be 0, for ever, or a whole number from ${min} to ${mostDays}`
  return z.coerce
    .number(error)
    .int(error)
    .max(mostDays, error)
    .refine((days) => days === 0 || days >= min, error)
}

const redisUrlError =
  'must be a URL like redis://host:6379, redis+cluster://host:6379,host:6379 or redis+sentinel://host:26379,host:26379/master'

/** Settings that every process of Ringback reads from its environment. */
export const engineSettings = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(?:ql)?$/,
    error: 'must be a URL like postgres://user:password@host:5432/ringback',
  }),
  REDIS_URL: z.string(redisUrlError).refine((url) => parseRedisUrl(url) !== undefined, redisUrlError),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]*\{[\w.-]+\}[\w.-]*$/, 'must contain a hash tag in braces, like {ringback}')
    .default('{ringback}'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  CALLBACK_LEAD_MINUTES: wholeNumber(0, 120).default(5),
  CALLBACK_TOLERANCE_MINUTES: wholeNumber(0, 60).default(1),
  REROUTE_AFTER_SECONDS: wholeNumber(0, 86_400).default(60),
  OPEN_TO_ALL_AFTER_SECONDS: wholeNumber(0, 86_400).default(300),
  AGENT_TIMEOUT_SECONDS: wholeNumber(0, 86_400).default(90),
  OPEN_CALLBACKS_PER_USER: wholeNumber(0, 10_000).default(20),
  CALLBACKS_PER_AGENT_AND_HOUR: wholeNumber(0, 100_000).default(120),
  RETENTION_DAYS: daysKept(shortestRetentionDays.ofCallbacks).default(400),
  RUN_RETENTION_DAYS: daysKept(shortestRetentionDays.ofRuns).default(30),
})

export type EngineSettings = z.infer<typeof engineSettings>

/** The policies that the settings describe. */
export function policyOf(settings: EngineSettings): Policy {
  return {
    leadMs: settings.CALLBACK_LEAD_MINUTES * 60_000,
    toleranceMs: settings.CALLBACK_TOLERANCE_MINUTES * 60_000,
    rerouteAfterMs: settings.REROUTE_AFTER_SECONDS * 1_000,
    openToAllAfterMs: settings.OPEN_TO_ALL_AFTER_SECONDS * 1_000,
    agentTimeoutMs: settings.AGENT_TIMEOUT_SECONDS * 1_000,
    openCallbacksPerUser: settings.OPEN_CALLBACKS_PER_USER,
    callbacksPerAgentAndHour: settings.CALLBACKS_PER_AGENT_AND_HOUR,
    retentionMs: settings.RETENTION_DAYS * dayMs,
    runRetentionMs: settings.RUN_RETENTION_DAYS * dayMs,
  }
}

/** Every setting that is wrong, a line each. */
export class SettingsError extends Error {
  constructor(problems: string[]) {
    super(['These settings are wrong:', ...problems.map((problem) => `  ${problem}`)].join('\n'))
    this.name = 'SettingsError'
  }
}

/**
 * Reads settings from the environment and returns them frozen. A variable that is set to nothing counts as not set.
 *
 * @throws SettingsError naming all variables that are missing or malformed, and what each should be
 */
export function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): Readonly<z.infer<Schema>> {
  const result = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (result.success) return Object.freeze(result.data)
  throw new SettingsError(
    result.error.issues.map(({ path, message }) => {
      const name = path.join('.')
      return `${name}: ${env[name] ? message : `is not set; it ${message}`}`
    }),
  )
}
