type Schema = Record<string, unknown>

/** As much of an OpenAPI document as is touched here. */
export interface OpenApiDocument {
  paths: Record<
    string,
    Record<string, { requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> } }>
  >
  webhooks?: Record<string, unknown>
  components: { schemas: Record<string, Schema> }
}

const reference = /"#\/components\/schemas\/([^"]+)"/g

/** Makes a generated document as short as one written by hand: nothing twice, nothing unused. */
export function tidy(document: OpenApiDocument): OpenApiDocument {
  return withoutUnused(withoutTwins(withOptionalBodies(document)))
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

/** Every component comes as it is sent and, as `…Input`, as it is received. Mostly the two are the same. */
function withoutTwins(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components
  const isTwin = (name: string) =>
    name.endsWith('Input') && JSON.stringify(schemas[name]) === JSON.stringify(schemas[name.slice(0, -'Input'.length)])
  const json = JSON.stringify(document).replace(reference, (whole, name: string) =>
    isTwin(name) ? whole.replace(/Input"$/, '"') : whole,
  )
  return JSON.parse(json) as OpenApiDocument
}

function withoutUnused(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components
  const used = new Set<string>()
  const visit = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(reference)) {
      if (used.has(name!)) continue
      used.add(name!)
      visit(schemas[name!])
    }
  }
  visit(document.paths)
  visit(document.webhooks ?? {})
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
  return { ...document, components: { ...document.components, schemas: kept } }
}
