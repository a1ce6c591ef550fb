import formats from 'ajv-formats'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** A JSON schema, its references replaced by what they refer to. */
export interface Schema {
  type?: string
  format?: string
  pattern?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema | false
  /** Of a tuple. */
  prefixItems?: Schema[]
  minimum?: number
  maximum?: number
  maxLength?: number
}

interface Content {
  content?: Record<string, { schema: Schema }>
}

interface Described {
  operationId: string
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[]
  requestBody?: Content & { required?: boolean }
  responses: Record<string, Content>
}

/** A route as the OpenAPI document describes it. */
export interface Operation extends Described {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** With its parameters in braces. */
  path: string
  /** The schema of its body. */
  body: Schema | undefined
}

export function operationsOf(document: {
  paths: object
  components: { schemas: Record<string, unknown> }
}): Operation[] {
  const paths = resolve(document.paths, document.components.schemas) as Record<string, Record<string, Described>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => !isEndless(responses))
      .map(([method, described]) => {
        const body = described.requestBody?.content?.['application/json']?.schema
        return Object.assign(described, { path, method: method.toUpperCase() as Operation['method'], body })
      }),
  )
}

/** A stream of events has no answer to look at: it has tests of its own. */
function isEndless(responses: Described['responses']): boolean {
  return JSON.stringify(Object.values(responses)).includes('"text/event-stream":')
}

function resolve(part: unknown, components: Record<string, unknown>): unknown {
  if (typeof part !== 'object' || part === null) return part
  if (Array.isArray(part)) return part.map((item) => resolve(item, components))
  const { $ref } = part as { $ref?: string }
  if ($ref) return resolve(components[$ref.split('/').at(-1)!], components)
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolve(value, components)]))
}

export interface RawAnswer {
  status: number
  contentType: string | undefined
  text: string
}

/**
 * Returns a function that says what is wrong with an answer, by what its route declares; undefined when nothing is.
 */
export function answerChecker(): (operation: Operation, answer: RawAnswer) => string | undefined {
  const ajv = new Ajv2020({ strict: false })
  formats.default(ajv)
  const validators = new Map<Schema, ValidateFunction>()

  return function problemOf({ responses }, { status, contentType, text }) {
    const declared = responses[status]
    if (!declared) return `status ${status} is not declared`
    const [mediaType, media] = Object.entries(declared.content ?? {})[0] ?? []
    if (!media || media.schema.type === 'null') return text === '' ? undefined : 'has a body that is not declared'
    if (contentType?.split(';', 1)[0] !== mediaType) return `is ${contentType}, not ${mediaType}`
    const validate = validators.get(media.schema) ?? ajv.compile(media.schema)
    validators.set(media.schema, validate)
    const value = contentType?.includes('json') ? JSON.parse(text) : text
    return validate(value) ? undefined : `does not match its schema: ${ajv.errorsText(validate.errors)}`
  }
}
