import type { Random } from '@ringback/testing/random'
import type { Operation } from './document.ts'
import { type Draft, ofBodies, ofEvery, ofPaths, ofPayloads } from './twists.ts'
import { type Known, validValue } from './valid.ts'

/** A request as it goes out. */
export interface FuzzedRequest {
  method: Operation['method']
  url: string
  headers: Record<string, string>
  payload?: string | Buffer
  /** What was done to it; nothing means that it is as the document asks. */
  twists: string[]
}

/** A request for an operation: as its schemas ask, or twisted in one place or in several. */
export function fuzzedRequest(operation: Operation, known: Known, random: Random): FuzzedRequest {
  const draft = validDraft(operation, known, random)
  const twists: string[] = []
  const possible = [
    ...Object.keys(ofEvery),
    ...(operation.path.includes('{') ? Object.keys(ofPaths) : []),
    ...(operation.body ? [...Object.keys(ofBodies), ...Object.keys(ofBodies), ...Object.keys(ofPayloads)] : []),
  ]
  const count = random.pick([0, 1, 1, 1, 1, 1, 1, 2])
  while (twists.length < count) twists.push(random.pick(possible))
  // A body is twisted as long as it is a value, then as text.
  const isBodyTwist = (name: string) => name in ofBodies
  for (const name of twists.filter(isBodyTwist)) ofBodies[name]!(draft, random)
  if (draft.body !== undefined) {
    draft.payload = JSON.stringify(draft.body)
    draft.headers['content-type'] = 'application/json'
  }
  for (const name of twists) ({ ...ofEvery, ...ofPaths, ...ofPayloads })[name]?.(draft, random)

  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => draft.path[name]!)
  return {
    method: operation.method,
    url: draft.query.length > 0 ? `${path}?${draft.query.join('&')}` : path,
    headers: draft.headers,
    ...(draft.payload !== undefined && { payload: draft.payload }),
    twists,
  }
}

/** What changed since some time comes by that time: no schema can say so. */
const otherOf: Record<string, string> = { sort: 'updatedSince', updatedSince: 'sort' }

function validDraft({ parameters = [], path, body, requestBody }: Operation, known: Known, random: Random): Draft {
  const draft: Draft = { path: {}, query: [], headers: {}, body: undefined, payload: undefined }
  for (const { name, in: place, required, schema } of parameters) {
    if (!required && (name === 'cursor' || random.chance(50))) continue
    // In a path `id` is that of what the path names.
    const value = String(validValue(schema, name === 'id' ? path.split('/')[2]! : name, known, random))
    if (place === 'path') draft.path[name] = encodeURIComponent(value)
    else if (draft.query.some((one) => one.startsWith(`${otherOf[name]}=`))) continue
    else if (place === 'query') draft.query.push(`${name}=${encodeURIComponent(value)}`)
    else draft.headers[name] = name === 'idempotency-key' ? `key-${random.below(2 ** 31)}` : value
  }
  const hasBody = body && (requestBody?.required || random.chance(50))
  if (hasBody) draft.body = validValue(body, '', known, random)
  return draft
}
