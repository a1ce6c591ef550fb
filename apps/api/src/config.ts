import { engineSettings, readSettings, wholeNumber } from '@ringback/core'
import { z } from 'zod'

const apiSettings = engineSettings
  .extend({
    API_HOST: z.string().default('127.0.0.1'),
    API_PORT: wholeNumber(0, 65_535).default(3000),
    API_MAX_CONNECTIONS: wholeNumber(1, 1_000_000).default(10_000),
    API_REQUEST_TIMEOUT_SECONDS: wholeNumber(1, 300).default(15),
    AUTH_JWT_SECRET: z.string().min(32, 'must have 32 characters or more').optional(),
    AUTH_JWKS_URL: z
      .url({ protocol: /^https?$/, error: 'must be a URL like https://login.example.com/jwks.json' })
      .optional(),
    ADMIN_PASSWORD: z.string().min(8, 'must have 8 characters or more').optional(),
    BULL_BOARD_READ_ONLY: z.enum(['0', '1'], 'must be 0 or 1').default('0'),
    RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000).default(1_200),
  })
  .refine((settings) => settings.AUTH_JWT_SECRET !== undefined || settings.AUTH_JWKS_URL !== undefined, {
    path: ['AUTH_JWT_SECRET'],
    message: 'must be a secret of 32 characters or more, unless AUTH_JWKS_URL names the keys that sign tokens',
    when: () => true, // Also when other settings are wrong: all problems are told at once.
  })

export type ApiConfig = Readonly<z.infer<typeof apiSettings>>

/**
 * Reads the settings of the API from the environment and returns them frozen.
 *
 * @throws SettingsError naming all variables that are missing or malformed
 */
export function loadConfig(env: Record<string, string | undefined>): ApiConfig {
  return readSettings(apiSettings, env)
}
