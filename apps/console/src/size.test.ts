import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { buildConsole } from '../../../scripts/build-console.mjs'

const root = join(import.meta.dirname, '../../..')
const most = 180_000

let files: string
beforeAll(async () => {
  files = await buildConsole(root)
})

const read = (name: string) => readFileSync(join(files, 'assets', name), 'utf8')
const names = () => readdirSync(join(files, 'assets')).filter((name) => name.endsWith('.js'))

/** The files that a chunk needs before it runs, by what it imports. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const [, imported] of read(name).matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g))
    withImports(imported!, found)
  return found
}

test.each(['desk-page', 'wall-page'])('all that the first page needs is small: %s', (page) => {
  const [, entry] = /src="\/assets\/([^"]+\.js)"/.exec(readFileSync(join(files, 'index.html'), 'utf8'))!
  const needed = withImports(
    names().find((name) => name.startsWith(page))!,
    withImports(entry!),
  )
  expect(needed.size).toBeGreaterThan(1)
  const bytes = [...needed].map((name) => brotliCompressSync(read(name)).length)
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(most)
})

test('no file names another host, and the page runs nothing that stands in it', () => {
  const page = readFileSync(join(files, 'index.html'), 'utf8')
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|(?:src|href)="https?:/)
  for (const name of names()) expect(read(name)).not.toMatch(/(?:import|fetch)\(["'`]https?:/)
})
