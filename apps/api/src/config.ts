import { isIP } from 'node:net'
import {
  engineSettings,
  onOff,
  readSettings,
  signingSecret,
  standbySettings,
  telemetrySettings,
  tokenSettings,
  wholeNumber,
  type StandbyPlace,
} from '@ringback/core'
import type { Role } from '@ringback/db'
import { z } from 'zod'
import type { OidcSettings } from './auth/oidc.ts'
import type { TokenRules } from './auth/tokens.ts'

/** Secrets, separated by commas. */
const secrets = z
  .string()
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .superRefine((list, context) => {
    for (const [index, secret] of list.entries()) {
      const [issue] = signingSecret.safeParse(secret).error?.issues ?? []
      if (issue) context.addIssue({ code: 'custom', message: `number ${index + 1} ${issue.message}` })
    }
  })

/** Origins of web pages, separated by commas. */
const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every(isOrigin), 'must be origins like https://desk.example.com, separated by commas')

const twilioTokens = z.string().transform((text, context) => {
  const tokens = text.split(',').map((token) => token.trim())
  if (tokens.some((token) => token.length < 16)) {
    context.addIssue({
      code: 'custom',
      message: 'must be the auth token of the account, or several separated by commas, of 16 characters or more each',
    })
  }
  return tokens
})

/** What of a request to the identity provider is not to be chosen. */
const ownParameters = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
]

/** Who is asked has to be known whole, and its tokens be known as such. */
const neededForOidc = {
  AUTH_OIDC_ISSUER: ['AUTH_OIDC_CLIENT_ID', 'AUTH_JWKS_URL'],
  AUTH_OIDC_CLIENT_ID: ['AUTH_OIDC_ISSUER'],
  AUTH_OIDC_CLIENT_SECRET: ['AUTH_OIDC_CLIENT_ID'],
} as const

const apiSettings = engineSettings
  .extend({
    ...telemetrySettings,
    ...standbySettings,
    API_HOST: z.string().default('127.0.0.1'),
    API_PORT: wholeNumber(0, 65_535).default(3000),
    API_TRUSTED_PROXIES: z
      .string()
      .refine(areNetworks, 'must be addresses or networks like 10.0.0.0/8, separated by commas')
      .optional(),
    PUBLIC_URL: z
      .string()
      .refine(isPublicAddress, 'must be a URL like https://ringback.example.com, without a query')
      .transform((text) => text.replace(/\/+$/, ''))
      .optional(),
    API_MAX_CONNECTIONS: wholeNumber(1, 1_000_000).default(10_000),
    MAX_STREAMS: wholeNumber(1, 1_000_000).default(5_000),
    API_REQUEST_TIMEOUT_SECONDS: wholeNumber(1, 300).default(15),
    AUTH_JWT_SECRET: signingSecret.optional(),
    AUTH_JWT_PREVIOUS_SECRETS: secrets.default([]),
    AUTH_JWKS_URL: z
      .string()
      .refine(isKeyServer, 'must be a URL like https://login.example.com/jwks.json; http:// is for this machine only')
      .optional(),
    AUTH_MAX_TOKEN_HOURS: tokenSettings.shape.AUTH_MAX_TOKEN_HOURS,
    AUTH_ISSUER: z.string().optional(),
    AUTH_AUDIENCE: z.string().optional(),
    AUTH_OIDC_ISSUER: z
      .string()
      .refine(
        isKeyServer,
        'must be the URL of the identity provider, like https://login.example.com; http:// is for this machine only',
      )
      .optional(),
    AUTH_OIDC_CLIENT_ID: z.string().optional(),
    AUTH_OIDC_CLIENT_SECRET: z.string().optional(),
    AUTH_OIDC_PARAMETERS: z
      .string()
      .transform((text) => Object.fromEntries(new URLSearchParams(text)))
      .refine(
        (parameters) => !ownParameters.some((name) => name in parameters),
        `must be parameters like scope=openid&resource=https://ringback.example.com, without ${ownParameters.join(', ')}`,
      )
      .optional(),
    AUTH_FAILURES_PER_MINUTE: wholeNumber(0, 1_000_000).default(30),
    ADMIN_PASSWORD: z.string().min(12, 'must have 12 characters or more').optional(),
    BULL_BOARD_READ_ONLY: onOff().default(false),
    RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000).default(1_200),
    RATE_LIMIT_SERVICE_PER_MINUTE: wholeNumber(0, 10_000_000).optional(),
    CORS_ORIGINS: origins.default([]),
    TWILIO_AUTH_TOKEN: twilioTokens.optional(),
  })
  .superRefine(
    (settings, context) => {
      const wrong = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message })
      const { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: jwksUrl } = settings
      if (secret === undefined && jwksUrl === undefined) {
        const otherwise = 'unless AUTH_JWKS_URL names the keys that sign tokens'
        wrong('AUTH_JWT_SECRET', `must be a secret of 32 characters or more, ${otherwise}`)
      }
      if (settings.TWILIO_AUTH_TOKEN !== undefined && settings.PUBLIC_URL === undefined) {
        const why = 'since TWILIO_AUTH_TOKEN is set: Twilio signs the address that it calls'
        wrong(
          'PUBLIC_URL',
          `must be the URL under which Twilio reaches Ringback, like https://calls.example.com, ${why}`,
        )
      }
      for (const [name, whole] of Object.entries(neededForOidc)) {
        if (settings[name as keyof typeof neededForOidc] === undefined) continue
        for (const other of whole) {
          if (settings[other] === undefined) wrong(other, `must stand beside ${name}`)
        }
      }
      // A server of keys signs tokens of other applications, too.
      for (const [name, claim] of Object.entries({ AUTH_ISSUER: 'iss', AUTH_AUDIENCE: 'aud' } as const)) {
        const isSet = settings[name as 'AUTH_ISSUER' | 'AUTH_AUDIENCE'] !== undefined
        if (jwksUrl !== undefined && !isSet)
          wrong(name, `must be the \`${claim}\` of tokens, since AUTH_JWKS_URL is set`)
        if (jwksUrl === undefined && isSet)
          wrong(name, 'must be left out, since AUTH_JWKS_URL is: it would hold for no token')
      }
    },
    { when: () => true }, // Also when other settings are wrong: all problems are told at once.
  )

/** As a browser sends it: a scheme, a host, and a port when it is not the usual one; no path, and no `*`. */
function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

function areNetworks(text: string): boolean {
  return text.split(',').every((part) => {
    const [address = '', prefix, ...rest] = part.trim().split('/')
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
    return rest.length === 0 && bits > 0 && (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits))
  })
}

function isPublicAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, search, hash } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && search === '' && hash === ''
}

/** Whoever answers in the place of a server of keys makes the tokens: nobody may on the way. */
function isKeyServer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}

/** The variables that the API reads. */
export const settingNames = Object.keys(apiSettings.shape)

export type ApiConfig = Readonly<z.infer<typeof apiSettings>>

/** What tokens have to be like by the settings. */
export function tokenRulesOf(config: ApiConfig): TokenRules {
  const { AUTH_JWKS_URL: url, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = config
  const isWhole = url !== undefined && issuer !== undefined && audience !== undefined
  return {
    secrets: [config.AUTH_JWT_SECRET ?? [], config.AUTH_JWT_PREVIOUS_SECRETS].flat(),
    maxHours: config.AUTH_MAX_TOKEN_HOURS,
    keySet: isWhole ? { url, issuer, audience } : undefined,
  }
}

/** The identity provider at which people sign in, if there is one. */
export function oidcSettingsOf(config: ApiConfig): OidcSettings | undefined {
  const { AUTH_OIDC_ISSUER: issuer, AUTH_OIDC_CLIENT_ID: clientId } = config
  if (issuer === undefined || clientId === undefined) return undefined
  return {
    issuer,
    clientId,
    clientSecret: config.AUTH_OIDC_CLIENT_SECRET,
    parameters: config.AUTH_OIDC_PARAMETERS ?? {},
  }
}

/** From where reports and lists are read, when that is not the primary. */
export function standbyOf(config: ApiConfig): StandbyPlace | undefined {
  const { DATABASE_READ_URL: databaseUrl, DATABASE_READ_MAX_LAG_SECONDS: seconds } = config
  return databaseUrl === undefined ? undefined : { databaseUrl, maxLagMs: seconds * 1_000 }
}

const timesAsMany = 10

/**
 * How many requests a bearer of each role has in a minute; 0 for any number. Services and desks ask for many, and have ten
 * times as many unless it is said how many.
 */
export function requestsPerMinuteOf(config: ApiConfig): Record<Role, number> {
  const { RATE_LIMIT_PER_MINUTE: one, RATE_LIMIT_SERVICE_PER_MINUTE: many = timesAsMany * one } = config
  return { agent: one, viewer: one, supervisor: one, desk: many, service: many }
}

/**
 * Reads the settings of the API from the environment and returns them frozen.
 *
 * @throws SettingsError naming all variables that are missing or malformed
 */
export function loadConfig(env: Record<string, string | undefined>): ApiConfig {
  return readSettings(apiSettings, env)
}
