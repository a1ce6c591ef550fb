import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiDocument } from '@ringback/api/document'
import { beforeAll, expect, test } from 'vitest'
import { Ringback } from './client.ts'
import { generateClient } from './generate/orval.ts'
import { Pages } from './pages.ts'

let document: Awaited<ReturnType<typeof openApiDocument>>
beforeAll(async () => {
  document = await openApiDocument()
})

test('the client is the one that the document makes', async () => {
  const generated = await generateClient(document)
  const committed = readFileSync(join(import.meta.dirname, 'generated.ts'), 'utf8')
  expect(generated === committed, 'run: npm --prefix packages/client run generate').toBe(true)
})

test('every operation is a method that asks for its route, and no method asks for another', async () => {
  const asked: string[] = []
  const ringback = new Ringback({
    url: 'http://ringback',
    token: '',
    fetch: async (url, { method }) => {
      asked.push(`${method} ${new URL(url).pathname}`)
      return Response.json({})
    },
  })
  const nouns = Object.values(ringback).filter((value) => typeof value === 'object')
  for (const noun of nouns) {
    const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(noun))
    for (const { value: method } of Object.values(methods)) {
      const result: unknown = method.call(noun, ...Array(method.length).fill('x'))
      await (result instanceof Pages ? result.first() : result)
    }
  }
  const isStream = ({ responses }: { responses: object }) => JSON.stringify(responses).includes('text/event-stream')
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => !isStream(operation))
      .map(([method]) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, 'x')}`),
  )
  expect(asked.toSorted()).toEqual(routes.toSorted())
})
