import { z } from 'zod'

/** Text that Postgres can store: no NUL characters, no half surrogate pairs; up to `maxLength` UTF-16 units. */
export function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must not contain NUL or broken characters')
}

/** Text that says something. */
export const name = text(200).regex(/\S/, 'must not be blank')
export const reason = text(500)
export const notes = text(4_000)
/** A number or name that another system gave: a claim, a signature type, a telephony id. */
export const reference = text(200).min(1)
