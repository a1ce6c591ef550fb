import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildConsole } from './build-console.mjs'

// A stand-in for the console: what is tested is when it is built, and where what was built lands.
const build = `
  import { appendFileSync, cpSync, existsSync, mkdirSync } from 'node:fs'
  const outDir = process.argv[process.argv.indexOf('--outDir') + 1]
  mkdirSync(outDir)
  cpSync('index.html', outDir + '/index.html')
  appendFileSync('../../built', 'x')
  if (existsSync('broken')) throw new Error('This cannot be built')`

let root: string
const inConsole = (path: string) => join(root, 'apps/console', path)
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringback-build-'))
  for (const folder of ['apps/console/src', 'apps/console/node_modules', 'packages/client/src', 'scripts']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  writeFileSync(inConsole('package.json'), JSON.stringify({ type: 'module', scripts: { build: 'node build.js' } }))
  writeFileSync(inConsole('build.js'), build)
  writeFileSync(inConsole('index.html'), 'first')
  writeFileSync(join(root, 'packages/client/src/index.ts'), 'export {}')
  writeFileSync(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 9')
})
afterEach(() => rmSync(root, { recursive: true }))

const builds = () => (existsSync(join(root, 'built')) ? readFileSync(join(root, 'built'), 'utf8').length : 0)
const page = () => readFileSync(inConsole('dist/index.html'), 'utf8')

test('is built once, and again when something changes that it is made of', async () => {
  const notices: string[] = []
  const go = () => buildConsole(root, { notice: (text) => notices.push(text) })
  expect(await go()).toBe(inConsole('dist'))
  await go()
  expect([builds(), page()]).toEqual([1, 'first'])
  expect(notices).toEqual(['Building the console …', expect.stringMatching(/^The console is built, in \d+\.\d s\.$/)])
  let expected = 1
  for (const [path, text] of [
    ['apps/console/index.html', 'second'],
    ['apps/console/src/desk.tsx', 'export {}'],
    ['packages/client/src/index.ts', 'export { }'],
    ['pnpm-lock.yaml', 'lockfileVersion: 10'],
    ['tsconfig.base.json', '{}'],
  ] as const) {
    writeFileSync(join(root, path), text)
    await go()
    expect.soft(builds(), path).toBe((expected += 1))
  }
  rmSync(inConsole('src/desk.tsx'))
  await go()
  expect(builds()).toBe((expected += 1))
  expect(page()).toBe('second')
})

test('is left alone when anything else changes', async () => {
  await buildConsole(root)
  for (const path of [
    'apps/console/node_modules/x',
    'apps/console/dist/index.html',
    'README.md',
    'packages/client/dist',
  ]) {
    writeFileSync(join(root, path), 'else')
  }
  await buildConsole(root)
  expect([builds(), page()]).toEqual([1, 'else'])
})

test('what was built before stays whole when it cannot be built anew', async () => {
  await buildConsole(root)
  writeFileSync(inConsole('index.html'), 'second')
  writeFileSync(inConsole('broken'), '')
  await expect(buildConsole(root)).rejects.toMatchObject({
    explanation: expect.stringContaining('This cannot be built'),
  })
  expect(page()).toBe('first')
  expect(readdirSync(inConsole('.')).filter((name) => name.startsWith('dist'))).toEqual(['dist'])
  rmSync(inConsole('broken'))
  await buildConsole(root)
  expect(page()).toBe('second')
})

test('several who want it at once build it once, by hand as well', async () => {
  cpSync(import.meta.dirname, join(root, 'scripts'), { recursive: true, filter: (path) => !path.endsWith('.ts') })
  const script = join(root, 'scripts/build-console.mjs')
  const run = () => promisify(execFile)(process.execPath, [script], { cwd: dirname(root) })
  const said = await Promise.all([run(), run(), run()])
  expect([builds(), page()]).toEqual([1, 'first'])
  expect(said.map(({ stderr }) => stderr).join('')).toContain('Building the console')
})

test('a checkout without a console has nothing to build', async () => {
  rmSync(inConsole('package.json'))
  await buildConsole(root)
  expect(builds()).toBe(0)
})
