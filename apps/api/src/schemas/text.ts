import { z } from 'zod'

/**
 * What shows nothing on any screen: separators, control and format characters, what a renderer leaves out (joiners, soft
 * hyphens, fillers, variation selectors), and the few letters and symbols whose picture is a blank.
 */
const invisible = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u{13441}\u{13442}\u{1d159}]/gu
const lineBreaksAndControls = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** Text that Postgres can store: no NUL characters, no half surrogate pairs; up to `maxLength` UTF-16 units. */
function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must not contain NUL or broken characters')
}

/** Text in one line that says something. */
export function line(maxLength: number) {
  return text(maxLength)
    .refine(saysSomething, 'must not be blank')
    .refine((value) => !lineBreaksAndControls.test(value), 'must not contain control characters or line breaks')
}

export const name = line(200)
/** Empty means none. */
export const reason = text(500).refine((value) => value === '' || saysSomething(value), 'must not be blank')
export const notes = text(4_000)
/** A number or name that another system gave: a claim, a signature type, a telephony id. */
export const reference = line(200)

/** What another system knows something by: every character of it can be seen. */
export const externalId = text(200)
  .regex(/^\S+$/, 'must not be empty or contain spaces')
  .refine(
    (value) => value.replaceAll(invisible, '') === value,
    'must not contain spaces or characters that cannot be seen',
  )

const mostMetadataBytes = 8 * 1024
const mostMetadataKeys = 50

/** What another system keeps with something: a map of texts. */
export const metadata = z
  .record(line(40), text(mostMetadataBytes))
  .refine((map) => Object.keys(map).length <= mostMetadataKeys, `must have at most ${mostMetadataKeys} keys`)
  .refine((map) => Buffer.byteLength(JSON.stringify(map)) <= mostMetadataBytes, 'must be at most 8 KiB as JSON')
/** What a longer text is searched for: an index knows it by three letters in a row. */
export const pieceOfText = line(200).refine(
  (value) => /[\p{L}\p{N}]{3}/u.test(value),
  'must hold three letters or digits in a row',
)

/** Several of these in a query string, by commas or said again; each of them once. */
export function listInUrl<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    const parts = [value].flat().flatMap((part) => (typeof part === 'string' ? part.split(',') : []))
    return value === undefined ? undefined : [...new Set(parts)]
  }, z.array(schema).min(1))
}

/** The same, or null; empty text means null as well. */
export function orNone<Schema extends z.ZodType<string>>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? null : value), schema.nullable())
}

function saysSomething(value: string): boolean {
  return value.replaceAll(invisible, '') !== ''
}
