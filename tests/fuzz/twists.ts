import type { Random } from '@ringback/testing/random'
import { canary, hostileLiterals, hostileNames, hostileTexts, hostileValues } from './hostile.ts'

/** A request that is being made. */
export interface Draft {
  /** The values of the path's parameters, already encoded. */
  path: Record<string, string>
  /** The query string in parts. */
  query: string[]
  headers: Record<string, string>
  body: unknown
  payload: string | Buffer | undefined
}

/** Makes something of a request other than it should be. */
type Twist = (draft: Draft, random: Random) => void

/** Of any request. */
export const ofEvery: Record<string, Twist> = {
  'unknown parameter': ({ query }, random) =>
    query.push(`${encoded(random.pick(hostileNames))}=${hostileInUrl(random)}`),
  'hostile parameter': (draft, random) => {
    const names = ['limit', 'status', 'userId', 'agentId', 'from', 'to', 'cursor', 'hours', 'queueType']
    draft.query.push(`${random.pick(names)}=${hostileInUrl(random)}`)
  },
  'doubled query': ({ query }) => query.push(...query),
  'idempotency key': ({ headers }, random) => {
    headers['idempotency-key'] = random.pick([
      '',
      ' ',
      'the same',
      'the-same',
      'ключ',
      canary.repeat(30),
      'a,b',
      '\x7f',
    ])
  },
  'odd headers': ({ headers }, random) => {
    headers[random.pick(['accept', 'range', 'expect', 'x-http-method-override', 'if-none-match', 'accept-encoding'])] =
      random.pick([canary, '*/*;q=2', 'DELETE', 'bytes=0-', '\u00ff'])
  },
  'body where none is asked for': (draft, random) => {
    draft.payload ??= JSON.stringify(hostileValue(random))
    draft.headers['content-type'] ??= 'application/json'
  },
}

/** Of requests with something in their path. */
export const ofPaths: Record<string, Twist> = {
  'hostile path': ({ path }, random) => {
    const value = random.chance(30)
      ? random.pick(['%zz', '%', '%ED%A0%80', '%00', '%2F', 'a%2F..%2Fb', 'x'.repeat(5_000)])
      : undefined
    path[random.pick(Object.keys(path))] = value ?? encoded(random.pick(hostileTexts).replaceAll(canary, ''))
  },
}

/** Of bodies, while they are values. */
export const ofBodies: Record<string, Twist> = {
  'hostile field': (draft, random) => {
    const fields = fieldsOf(draft)
    if (fields) fields[random.pick([...Object.keys(fields), 'extra'])] = hostileValue(random)
  },
  'field of another type': (draft, random) => {
    const fields = fieldsOf(draft)
    for (const key of Object.keys(fields ?? {})) {
      if (random.chance(50))
        fields![key] = random.pick([[fields![key]], { value: fields![key] }, JSON.stringify(fields![key]), null])
    }
  },
  'missing field': (draft, random) => {
    const fields = fieldsOf(draft)
    if (fields) delete fields[random.pick([...Object.keys(fields), ''])]
  },
  'extra field': (draft, random) => {
    const fields = fieldsOf(draft)
    const added = { value: hostileValue(random), enumerable: true, configurable: true, writable: true }
    if (fields) Object.defineProperty(fields, random.pick(hostileNames), added)
  },
  'hostile body': (draft, random) => void (draft.body = hostileValue(random)),
}

/** Of bodies, once they are text. */
export const ofPayloads: Record<string, Twist> = {
  'hostile literal': (draft, random) => {
    draft.payload = textOf(draft).replace(/:("[^"]*"|[^,}]+)/, () => `:${random.pick(hostileLiterals)}`)
  },
  'doubled field': (draft, random) => {
    draft.payload = textOf(draft).replace(
      /"(\w+)":("[^"]*"|[^,}]+)/,
      (whole, name: string) => `${whole},"${name}":${JSON.stringify(hostileValue(random))}`,
    )
  },
  'cut off': (draft, random) => {
    const text = textOf(draft)
    draft.payload = text.slice(0, random.below(text.length + 1))
  },
  'something after it': (draft, random) =>
    void (draft.payload = textOf(draft) + random.pick(['}', ' {}', '\0', ',', '\ufeff'])),
  'something before it': (draft, random) =>
    void (draft.payload = random.pick(['\ufeff', '\0', ")]}',\n", '  ']) + textOf(draft)),
  'another encoding': (draft, random) => {
    draft.payload = Buffer.from(textOf(draft), random.pick(['utf16le', 'latin1', 'base64', 'hex'] as const))
  },
  'broken UTF-8': (draft, random) => {
    const bytes = Buffer.from(textOf(draft))
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.pick([0xff, 0xc0, 0xed, 0x80])
    draft.payload = bytes
  },
  'another content type': ({ headers }, random) => {
    headers['content-type'] = random.pick([
      '',
      'text/plain',
      'application/json; charset=utf-16',
      'APPLICATION/JSON',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json5',
      'application/json, text/plain',
      canary,
      'application/json;',
    ])
  },
  'a content encoding': ({ headers }, random) =>
    void (headers['content-encoding'] = random.pick(['gzip', 'br', canary])),
  'too large': (draft, random) => {
    if (random.chance(20)) draft.payload = JSON.stringify({ large: canary.repeat(30 * 1024) })
  },
}

/** The object that a body twist works on: the body, or one inside it. */
function fieldsOf({ body }: Draft): Record<string, unknown> | undefined {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? (body as Record<string, unknown>)
    : undefined
}

function textOf({ payload = '{}' }: Draft): string {
  return typeof payload === 'string' ? payload : payload.toString('latin1')
}

/** One of its own, since other twists may change it. */
function hostileValue(random: Random): unknown {
  return structuredClone(random.pick(hostileValues))
}

function hostileInUrl(random: Random): string {
  return random.chance(15)
    ? random.pick(['%zz', '%00', '%ED%A0%80', '%', '&', '='])
    : encoded(random.pick(hostileTexts))
}

/** Half characters have no encoding; they become the sign that stands for what cannot be read. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
