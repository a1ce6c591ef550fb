import { methodOf, nounOf } from './names.ts'

/** What is read of an operation, as orval describes it. */
export interface Operation {
  operationId: string
  verb: string
  /** With the parameters in it, as they stand in a template. */
  route: string
  tags: string[]
  originalOperation: { summary: string; description?: string }
  params: { implementation: string }[]
  queryParams?: { schema: { name: string; model: string }; isOptional: boolean }
  body: { definition: string; isOptional: boolean; schemas: unknown[] }
  response: { definition: { success: string }; contentTypes: string[] }
}

/** As much of a schema as is read. */
export interface JsonSchema {
  $ref?: string
  type?: string
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
}

/**
 * A class for each noun with a method for each operation, and one that has them all. A list that comes by pages is `Pages`.
 *
 * @throws Error when two operations of a noun have one name: `names.ts` has to tell them apart
 */
export function classesOf(operations: Operation[], components: Record<string, JsonSchema>): string {
  const called = operations.filter(({ response }) => !response.contentTypes.includes('text/event-stream'))
  const byNoun = Map.groupBy(called, ({ tags }) => nounOf(tags[0]!))
  const nouns = [...byNoun].map(([noun, of]) => classOf(noun, of, components))
  const fields = [...byNoun.keys()].map((noun) => `  readonly ${noun}: ${className(noun)}`)
  const assigned = [...byNoun.keys()].map((noun) => `    this.${noun} = new ${className(noun)}(send)`)
  return [
    ...nouns,
    `/** Every operation of the API, by its noun. */`,
    `export class Nouns {`,
    ...fields,
    '',
    `  constructor(send: Send) {`,
    ...assigned,
    `  }`,
    `}`,
  ].join('\n')
}

function classOf(noun: string, operations: Operation[], components: Record<string, JsonSchema>): string {
  const names = operations.map(({ operationId }) => methodOf(operationId, noun))
  const double = names.find((name, index) => names.indexOf(name) !== index)
  if (double !== undefined) {
    const ids = operations.filter((_, index) => names[index] === double).map(({ operationId }) => operationId)
    throw new Error(`${ids.join(' and ')} would both be ${noun}.${double}: name one of them in src/generate/names.ts`)
  }
  return [
    `class ${className(noun)} {`,
    `  readonly #send: Send`,
    '',
    `  constructor(send: Send) {`,
    `    this.#send = send`,
    `  }`,
    ...operations.map((operation) => methodFor(operation, noun, components)),
    `}`,
    '',
  ].join('\n')
}

function methodFor(operation: Operation, noun: string, components: Record<string, JsonSchema>): string {
  const { operationId, verb, params, queryParams, response, originalOperation } = operation
  const route = operation.route.replaceAll(/\$\{(\w+)\}/g, '${encodeURIComponent($1)}')
  const body = bodyOf(operation, components)
  const success = response.definition.success.replace(/ \| void$/, ' | undefined')
  const parameters = [
    ...params.map(({ implementation }) => implementation),
    body && `body${body.isOptional ? '?' : ''}: ${body.type}`,
    queryParams && `query${queryParams.isOptional ? '?' : ''}: ${queryParams.schema.name}`,
    'options?: CallOptions',
  ].filter(Boolean)
  const sent = ['...options', body && 'body', queryParams && 'query'].filter(Boolean)
  const send = (request: string[]) => `this.#send('${verb.toUpperCase()}', \`${route}\`, { ${request.join(', ')} })`
  const paged = pageOf(operation, components)
  const signature = `  ${methodOf(operationId, noun)}(${parameters.join(', ')})`
  const lines = paged
    ? [
        `${signature}: Pages<${paged.item}, ${success}> {`,
        `    return new Pages((cursor) => ${send(['...options', 'query: { ...query, ...cursor }'])}, '${paged.key}')`,
        `  }`,
      ]
    : [`${signature}: Promise<${success}> {`, `    return ${send(sent as string[])}`, `  }`]
  return ['', docOf(originalOperation), ...lines].join('\n')
}

/** The body that a caller gives; undefined when there is nothing to say in it. */
function bodyOf({ body }: Operation, components: Record<string, JsonSchema>) {
  if (body.definition === '') return undefined
  const schema = components[body.definition]
  const isEmpty = schema?.type === 'object' && Object.keys(schema.properties ?? {}).length === 0
  return isEmpty ? undefined : { type: body.definition, isOptional: body.isOptional }
}

/** Of a list with a cursor: the field with its items, and their type. */
function pageOf(operation: Operation, components: Record<string, JsonSchema>) {
  const { operationId, queryParams, response } = operation
  if (!operationId.startsWith('list') || !queryParams?.schema.model.includes('cursor?:')) return undefined
  const page = components[response.definition.success]
  const [key, field] = Object.entries(page?.properties ?? {}).find(([, { type }]) => type === 'array') ?? []
  const item = field?.items?.$ref?.split('/').at(-1)
  if (key === undefined || item === undefined)
    throw new Error(`${operationId} has a cursor, and its answer no named items`)
  return { key, item }
}

function className(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1) + 'Operations'
}

function docOf({ summary, description }: Operation['originalOperation']): string {
  const text = [`${summary}.`, description].filter(Boolean).join('\n\n')
  return ['  /**', ...text.split('\n').map((line) => `   * ${line}`.trimEnd()), '   */'].join('\n')
}
