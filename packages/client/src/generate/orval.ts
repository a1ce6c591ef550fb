import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'orval'
import { classesOf, type JsonSchema, type Operation } from './classes.ts'

/**
 * The source of `src/generated.ts`: orval makes the types of everything that goes over the wire, and `classesOf` a class for
 * each noun. Orval's own functions repeat the same lines for each operation, and know no client that they belong to.
 */
export async function generateClient(document: { components: { schemas: object } }): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'ringback-client-'))
  try {
    const input = join(place, 'openapi.json')
    const output = join(place, 'generated.ts')
    writeFileSync(input, JSON.stringify(document))
    const operations: Operation[] = []
    const client = () => ({
      client: (operation: Operation) => {
        operations.push(operation)
        return { implementation: ' ', imports: [] }
      },
      dependencies: () => [],
      header: () => '',
      footer: () => classesOf(operations, document.components.schemas as Record<string, JsonSchema>),
    })
    await generate({
      input: { target: input },
      output: {
        target: output,
        client,
        mode: 'single',
        override: { enumGenerationType: 'union', header: () => [] },
      },
    } as unknown as Parameters<typeof generate>[0])
    return `${header}${tidied(readFileSync(output, 'utf8'))}`
  } finally {
    rmSync(place, { recursive: true })
  }
}

const header = `// Made by \`npm --prefix packages/client run generate\` from the OpenAPI document. Whatever is changed here is lost.
import { Pages } from './pages.ts'
import type { CallOptions, Send } from './request.ts'

`

function tidied(source: string): string {
  return `${source
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`
}
