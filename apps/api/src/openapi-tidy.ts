type Schema = Record<string, unknown>

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  /** Empty where no token is needed. */
  security?: object[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; headers?: object }>
}

/** As much of an OpenAPI document as is read or touched here. */
export interface OpenApiDocument {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  webhooks?: Record<string, unknown>
  components: { schemas: Record<string, Schema>; headers?: object }
}

const reference = /"#\/components\/schemas\/([^"]+)"/g

/** Makes a generated document like one written by hand: nothing twice, nothing unused, a name for what clients send. */
export function tidy(document: OpenApiDocument): OpenApiDocument {
  return withoutUnused(withoutTwins(withNamedBodies(withOptionalBodies(document))))
}

/** A body that may be null may be left out. */
function withOptionalBodies(document: OpenApiDocument): OpenApiDocument {
  for (const { requestBody } of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    const media = requestBody?.content['application/json']
    const variants = media?.schema['anyOf'] as Schema[] | undefined
    if (!requestBody || !media || !variants?.some((variant) => variant['type'] === 'null')) continue
    requestBody.required = false
    media.schema = variants.find((variant) => variant['type'] !== 'null')!
  }
  return document
}

/** A body is named after its operation, `ScheduleCallbackBody`, unless its schema has a name. */
function withNamedBodies(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components
  for (const { operationId, requestBody } of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    const media = requestBody?.content['application/json']
    if (!media || '$ref' in media.schema) continue
    const name = `${operationId[0]!.toUpperCase()}${operationId.slice(1)}Body`
    schemas[name] = media.schema
    media.schema = { $ref: `#/components/schemas/${name}` }
  }
  return document
}

/** Every component comes as it is sent and, as `…Input`, as it is received. Mostly the two are the same, or one is used alone. */
function withoutTwins(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components
  const used = usedBy(document)
  const isTwin = (name: string) => {
    const asSent = name.slice(0, -'Input'.length)
    return (
      name.endsWith('Input') && (!used.has(asSent) || JSON.stringify(schemas[name]) === JSON.stringify(schemas[asSent]))
    )
  }
  for (const name of Object.keys(schemas).filter(isTwin)) schemas[name.slice(0, -'Input'.length)] = schemas[name]!
  const json = JSON.stringify(document).replace(reference, (whole, name: string) =>
    isTwin(name) ? whole.replace(/Input"$/, '"') : whole,
  )
  return JSON.parse(json) as OpenApiDocument
}

function withoutUnused(document: OpenApiDocument): OpenApiDocument {
  const used = usedBy(document)
  // By name: otherwise they come in the order in which files happened to be loaded.
  const kept = Object.entries(document.components.schemas)
    .filter(([name]) => used.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(kept) } }
}

/** The names of the schemas to which something leads. */
function usedBy({ paths, webhooks, components: { schemas } }: OpenApiDocument): Set<string> {
  const used = new Set<string>()
  const visit = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(reference)) {
      if (used.has(name!)) continue
      used.add(name!)
      visit(schemas[name!])
    }
  }
  visit(paths)
  visit(webhooks ?? {})
  return used
}
