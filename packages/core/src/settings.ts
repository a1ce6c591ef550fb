import { readFileSync } from 'node:fs'
import { queueTypePattern, sslProblemOf } from '@ringback/db'
import { z } from 'zod'
import { databaseCertificateSettings, problemsOfPairs, redisCertificateSettings } from './certificates.ts'
import { hasPhones } from './hours/region.ts'
import { parseRedisUrl } from './redis/url.ts'
import { dayMs, defaultRules, longestEventRetentionDays, shortestRetentionDays, type Rules } from './rules.ts'

/** A whole number in a range, from its digits. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`
  return z.coerce.number(error).int(error).min(min, error).max(max, error)
}

const on = ['1', 'yes', 'true', 'on']
const off = ['0', 'no', 'false', 'off']

/** Something that is on or off, as people write it. Unlike zod's own, it lets the checks of other settings go on. */
export function onOff() {
  return z
    .string()
    .toLowerCase()
    .refine((word) => on.includes(word) || off.includes(word), `must be one of ${[...on, ...off].join(', ')}`)
    .transform((word) => on.includes(word))
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

const databaseUrl = z
  .url({
    protocol: /^postgres(?:ql)?$/,
    error: 'must be a URL like postgres://user:password@host:5432/ringback',
    abort: true,
  })
  .superRefine((url, context) => {
    const message = sslProblemOf(url)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

/** Settings of whoever goes to Postgres. */
export const databaseSettings = z.object({
  DATABASE_URL: databaseUrl,
  ...databaseCertificateSettings,
})

/** Settings of whoever reads from a standby. */
export const standbySettings = {
  DATABASE_READ_URL: databaseUrl.optional(),
  DATABASE_READ_MAX_LAG_SECONDS: wholeNumber(2, 3_600).default(5),
}

/** Settings of whoever goes to Redis. */
export const redisSettings = z.object({
  REDIS_URL: z.string(redisUrlError).refine((url) => parseRedisUrl(url) !== undefined, redisUrlError),
  ...redisCertificateSettings,
})

/** Settings that every process of Ringback reads from its environment. */
export const engineSettings = z.object({
  ...databaseSettings.shape,
  ...redisSettings.shape,
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]*\{[\w.-]+\}[\w.-]*$/, 'must contain a hash tag in braces, like {ringback}')
    .default('{ringback}'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
  CALLBACK_LEAD_MINUTES: wholeNumber(0, 120).default(5),
  CALLBACK_TOLERANCE_MINUTES: wholeNumber(0, 60).default(1),
  REROUTE_AFTER_SECONDS: wholeNumber(0, 86_400).default(60),
  OPEN_TO_ALL_AFTER_SECONDS: wholeNumber(0, 86_400).default(300),
  AGENT_TIMEOUT_SECONDS: wholeNumber(0, 86_400).default(90),
  OPEN_CALLBACKS_PER_USER: wholeNumber(0, 10_000).default(20),
  CALLBACKS_PER_AGENT_AND_HOUR: wholeNumber(0, 100_000).default(120),
  RETENTION_DAYS: daysKept(shortestRetentionDays.ofCallbacks).default(400),
  RUN_RETENTION_DAYS: daysKept(shortestRetentionDays.ofRuns).default(30),
  EVENT_RETENTION_DAYS: wholeNumber(1, longestEventRetentionDays).default(30),
  ACCEPTED_CALLBACKS_PER_AGENT: wholeNumber(0, 1_000_000).default(20),
  AGENTS_SCHEDULE_FOR: z.enum(['known', 'all'], 'must be known or all').default('known'),
  DEFAULT_QUEUE_TYPE: z
    .string()
    .regex(
      new RegExp(queueTypePattern),
      'must be the name of a queue: a lower-case letter, then up to 39 of a-z, 0-9 and _',
    )
    .default(defaultRules.defaultQueueType),
  DEFAULT_COUNTRY: z
    .string()
    .refine(hasPhones, 'must be a country of ISO 3166-1 with phones of its own, like DE')
    .optional(),
  WEBHOOK_ALLOW_PRIVATE: onOff().default(false),
})

export type EngineSettings = z.infer<typeof engineSettings>

/** The rules that the settings describe. */
export function rulesOf(settings: EngineSettings): Rules {
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
    eventRetentionMs: settings.EVENT_RETENTION_DAYS * dayMs,
    acceptedPerAgent: settings.ACCEPTED_CALLBACKS_PER_AGENT,
    agentsScheduleFor: settings.AGENTS_SCHEDULE_FOR,
    defaultQueueType: settings.DEFAULT_QUEUE_TYPE,
    defaultCountry: settings.DEFAULT_COUNTRY,
    webhookAllowPrivate: settings.WEBHOOK_ALLOW_PRIVATE,
  }
}

/** Settings that hold a secret. Each may be in a file instead, the path of which `<NAME>_FILE` says. */
const secretSettings = [
  'DATABASE_URL',
  'DATABASE_READ_URL',
  'REDIS_URL',
  'AUTH_JWT_SECRET',
  'AUTH_OIDC_CLIENT_SECRET',
  'ADMIN_PASSWORD',
  'TWILIO_AUTH_TOKEN',
] as const

/** Every setting that is wrong, a line each. */
export class SettingsError extends Error {
  /** By variable, what is wrong with it. */
  readonly problems: ReadonlyMap<string, string>

  constructor(problems: ReadonlyMap<string, string>) {
    super(['These settings are wrong:', ...[...problems].map(([name, problem]) => `  ${name}: ${problem}`)].join('\n'))
    this.name = 'SettingsError'
    this.problems = problems
  }
}

/**
 * Reads settings from the environment, and secrets from the files that it names, and returns them frozen. A variable that
 * is set to nothing counts as not set.
 *
 * @throws SettingsError naming all variables that are missing or malformed, and what each should be
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  env: Record<string, string | undefined>,
): Readonly<z.infer<Schema>> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const files = readSecretFiles(
    secretSettings.filter((name) => name in schema.shape),
    given,
  )
  const values: Record<string, string | undefined> = { ...given, ...files.secrets }
  const result = schema.safeParse(values)
  const problems = new Map(files.problems)
  for (const [name, problem] of problemsOfPairs(values)) if (name in schema.shape) problems.set(name, problem)
  if (result.success && problems.size === 0) return Object.freeze(result.data)

  for (const { path, message } of result.error?.issues ?? []) {
    const name = path.join('.')
    const isTold = problems.has(name) || problems.has(`${name}_FILE`)
    if (!isTold) problems.set(name, values[name] ? message : `is not set; it ${message}`)
  }
  throw new SettingsError(problems)
}

/**
 * The environment with the secrets of which it names files, in place of the names: for a program that starts others.
 *
 * @throws SettingsError
 */
export function withSecretsOfFiles(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const { secrets, problems } = readSecretFiles(secretSettings, given)
  if (problems.size > 0) throw new SettingsError(problems)
  for (const name of Object.keys(secrets)) delete given[`${name}_FILE`]
  return { ...given, ...secrets }
}

/** Reads the secrets of which a file is named; `problems` says, by variable, which could not be had, and why. */
function readSecretFiles(names: readonly string[], env: Record<string, string | undefined>) {
  const secrets: Record<string, string> = {}
  const problems = new Map<string, string>()
  for (const name of names) {
    const variable = `${name}_FILE`
    const path = env[variable]
    if (path === undefined) continue
    try {
      const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
      if (env[name] !== undefined) problems.set(name, `is set, and ${variable} too; leave one of them out`)
      else if (secret === '') problems.set(variable, `${path} holds nothing; it must hold the secret alone`)
      else secrets[name] = secret
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      problems.set(variable, `${path} cannot be read (${code}); it must be the path of a file with the secret`)
    }
  }
  return { secrets, problems }
}
