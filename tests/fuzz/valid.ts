import type { Random } from '@ringback/testing/random'
import type { Schema } from './document.ts'

/** Things that exist, by the name of the field that refers to them, so that requests get beyond the first check. */
export type Known = Record<string, (string | number)[]>

/** A value that matches a schema; by preference one that refers to something that exists. */
export function validValue(schema: Schema, name: string, known: Known, random: Random): unknown {
  if (schema.anyOf) return validValue(random.pick(schema.anyOf), name, known, random)
  if (schema.enum) return random.pick(schema.enum)
  if ('const' in schema) return schema.const
  switch (schema.type) {
    case 'object':
      return validObject(schema, known, random)
    case 'array':
      if (name in ranges) return ranges[name]
      return (schema.prefixItems ?? [schema.items || {}]).map((item) => validValue(item, name, known, random))
    case 'integer':
    case 'number':
      return idOf(name, 'number', known, random) ?? numberIn(schema, random)
    case 'boolean':
      return random.chance(50)
    case 'string':
      return idOf(name, 'string', known, random) ?? textOf(schema, random)
    case 'null':
    case undefined:
    default:
      return null
  }
}

/** With all that is required, and half of what is not. */
function validObject({ properties = {}, required = [] }: Schema, known: Known, random: Random) {
  const isChosen = (key: string) => required.includes(key) || oneOfMany.has(key) || random.chance(50)
  const chosen = Object.entries(properties).filter(([key]) => isChosen(key))
  const value = Object.fromEntries(chosen.map(([key, schema]) => [key, validValue(schema, key, known, random)]))
  return properties['localTime'] && properties['scheduledFor'] ? withOneTime(value, known, random) : value
}

/** Of the fields beside these there must be one, be it this: no schema can say that. */
const oneOfMany = new Set(['no_answer', 'mon', 'externalCallId'])

/** Hours of days, which begin before they end: nor that. */
const ranges: Record<string, [string, string][]> = Object.fromEntries(
  ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['08:00', '12:30']]]),
)

/** Nor that a time is a moment, or a local time and its zone. */
function withOneTime(
  { scheduledFor, localTime, timeZone, ...rest }: Record<string, unknown>,
  known: Known,
  random: Random,
) {
  const isLocal = random.chance(30)
  const pick = (name: string) => random.pick(known[name]!)
  if (isLocal) return { ...rest, localTime: localTime ?? pick('localTime'), timeZone: timeZone ?? pick('timeZone') }
  return { ...rest, scheduledFor: scheduledFor ?? textOf({ format: 'date-time' }, random) }
}

/** Of these, no schema can say which there are. */
const allKnown = new Set([
  'timeZone',
  'region',
  'country',
  'localTime',
  'phone',
  'subject',
  'from',
  'to',
  'url',
  'token',
])

function idOf(name: string, type: 'string' | 'number', known: Known, random: Random): string | number | undefined {
  const ids = known[name] ?? []
  if (ids.length === 0 || (!allKnown.has(name) && random.chance(5))) return undefined
  const id = random.pick(ids)
  return type === 'number' ? Number(id) : String(id)
}

function numberIn({ minimum = 0, maximum = 2 ** 31 - 1 }: Schema, random: Random): number {
  const highest = Math.min(maximum, minimum + 2 ** 31)
  return random.pick([minimum, highest, minimum + random.below(highest - minimum + 1)])
}

function textOf({ format, pattern, maxLength = 40 }: Schema, random: Random): string {
  if (format === 'date-time') return timeOf(new Date(Date.UTC(2026, 2, 2, 9) + random.below(7_200_000)), random)
  if (format === 'uuid') return `00000000-0000-4000-8000-${String(random.below(1e9)).padStart(12, '0')}`
  if (format === 'idn-email') return `${random.pick(['somebody', 'müller'])}${random.below(1_000)}@bücher.example`
  if (pattern) {
    const written = [String(1 + random.below(2 ** 31)), ...wordsOfPatterns].find((text) =>
      new RegExp(pattern).test(text),
    )
    if (written !== undefined) return written
  }
  return `text ${random.below(1e6)}`.slice(0, maxLength)
}

/** Of each pattern that is not one of numbers, one. */
const wordsOfPatterns = ['1', 'word_7', 'user:7', '2026-12-24', '2026-03-02T15:00', 'DE']

/** In one of the ways in which a time may be written. */
function timeOf(time: Date, random: Random): string {
  const inFull = time.toISOString()
  const minute = inFull.slice(0, 'yyyy-mm-ddThh:mm'.length)
  return random.pick([
    inFull,
    inFull.toLowerCase(),
    `${minute}Z`,
    `${minute}:30+02`,
    `${minute}-0330`,
    `${minute}+05:45`,
  ])
}
