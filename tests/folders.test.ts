import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = dirname(import.meta.dirname)

interface Import {
  from: string
  to: string
}

/** Every import of one file by another below a folder, tests left out, as paths relative to it. */
function importsIn(folder: string): Import[] {
  const base = join(root, folder)
  return globSync('**/*.ts', { cwd: base })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const imported = readFileSync(join(base, file), 'utf8').matchAll(/^(?:import|export|\}) .*?'(\.[^']+)'/gm)
      return [...imported].map(([, path]) => ({ from: file, to: relative(base, join(base, dirname(file), path!)) }))
    })
}

const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file)

const between = (imports: Import[]) => imports.filter(({ from, to }) => folderOf(from) !== folderOf(to))

/** Imports of what stands below in `order`. */
function backwards(imports: Import[], order: string[]): Import[] {
  const floor = (file: string) => order.indexOf(folderOf(file))
  return between(imports).filter(({ from, to }) => floor(from) >= 0 && floor(to) >= 0 && floor(from) < floor(to))
}

const documented = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  .split('## The folders of core')[1]!
  .split('\n## ')[0]!
const folders = [...documented.matchAll(/^\| `([a-z]+)`/gm)].map(([, name]) => name!)

test('every folder of core is in the list of docs/architecture.md', () => {
  const all = globSync('*/', { cwd: join(root, 'packages/core/src'), withFileTypes: true })
  const names = all.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  expect(folders.toSorted()).toEqual(names.toSorted())
})

test('no folder of core needs one that stands below it there', () => {
  const imports = importsIn('packages/core/src')
  expect(between(imports).length).toBeGreaterThan(100)
  expect(backwards(imports, folders)).toEqual([])
})

test('what all steps are made of needs nothing of the steps', () => {
  const steps = new Set(folders.slice(folders.indexOf('memory') + 1))
  const ground = importsIn('packages/core/src').filter(
    ({ from }) => !from.includes('/') && !['index.ts', 'engine.ts'].includes(from),
  )
  expect(ground.filter(({ to }) => steps.has(folderOf(to)))).toEqual([])
})

test('the schema needs no query', () => {
  expect(backwards(importsIn('packages/db/src'), ['conditions.ts', 'schema', 'rows.ts', 'queries'])).toEqual([])
})
