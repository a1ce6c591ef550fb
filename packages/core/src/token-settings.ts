import { z } from 'zod'
import { wholeNumber } from './settings.ts'

const fewestDifferentCharacters = 8
const remedy = 'make one with: openssl rand -hex 32'

/** What stands where a secret should: in manuals, on pages that explain tokens, in files to copy. */
const placeholders = [
  /change[\W_]?(?:me|this|it)|replace[\W_]?(?:me|this|it)|your[\W_]|placeholder|super[\W_]?secret|secret-at-least/i,
  /(?:^|[\W_])(?:demo|example|sample|dummy|default)(?:[\W_]|$)/i,
]

/** A secret of HS256. It is never part of a message. */
export const signingSecret = z
  .string('must be a secret of 32 characters or more, the same for all who sign and check tokens')
  .min(32, 'must have 32 characters or more')
  .refine((secret) => !isRepetitive(secret), `must not be made of the same few characters; ${remedy}`)
  .refine((secret) => !placeholders.some((one) => one.test(secret)), `must not be an example's; ${remedy}`)

/** Settings of whoever signs tokens with a secret, or checks them. */
export const tokenSettings = z.object({
  AUTH_JWT_SECRET: signingSecret,
  AUTH_MAX_TOKEN_HOURS: wholeNumber(1, 8_760).default(12),
})

/** Whether guessing it takes less than its length says: few different characters, or a beginning over and over. */
function isRepetitive(secret: string): boolean {
  if (new Set(secret).size < fewestDifferentCharacters) return true
  for (let period = 1; period <= secret.length / 2; period++) {
    if (secret.startsWith(secret.slice(period))) return true
  }
  return false
}
