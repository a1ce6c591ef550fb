import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { programPlace } from './programs.ts'
import { canRun, serviceUser, type ServiceUser } from './service-user.ts'
import { isRoot } from './state-directory.ts'

let place: string
let checkout: string
let shared: string
let notices: string[]

/** A checkout as pnpm leaves it: an app that needs a package of ours and one of the store, which needs another one. */
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ringback-test-'))
  chmodSync(place, 0o711)
  checkout = join(place, 'checkout')
  shared = join(place, 'shared')
  notices = []
  mkdirSync(shared)
  const dependencies = { '@ours/core': 'workspace:*', one: '1.0.0' }
  file('package.json', { type: 'module' })
  file('pnpm-lock.yaml', 'lock: 1')
  file('apps/app/package.json', { type: 'module', dependencies, devDependencies: { tool: '1.0.0' } })
  file(
    'apps/app/src/main.ts',
    `import { word } from '@ours/core'; import one from 'one'; console.log(word as string, one)`,
  )
  file('apps/pages/dist/index.html', 'first')
  file('apps/pages/package.json', { dependencies: { one: '1.0.0' } })
  file('packages/core/package.json', { name: '@ours/core', type: 'module', exports: './index.ts' })
  file('packages/core/index.ts', `export const word: string = 'core'`)
  for (const name of ['one', 'two', 'tool']) {
    const directory = `node_modules/.pnpm/${name}@1.0.0/node_modules/${name}`
    file(`${directory}/package.json`, { name, type: 'module', exports: './index.js' })
    file(
      `${directory}/index.js`,
      name === 'one' ? `import two from 'two'; export default 'one ' + two` : `export default '${name}'`,
    )
  }
  link('node_modules/.pnpm/one@1.0.0/node_modules/two', '../../two@1.0.0/node_modules/two')
  link('apps/app/node_modules/one', '../../../node_modules/.pnpm/one@1.0.0/node_modules/one')
  link('apps/app/node_modules/tool', '../../../node_modules/.pnpm/tool@1.0.0/node_modules/tool')
  link('apps/app/node_modules/@ours/core', '../../../../packages/core')
})
afterEach(() => rmSync(place, { recursive: true }))

function file(path: string, content: object | string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true })
  writeFileSync(join(checkout, path), typeof content === 'string' ? content : JSON.stringify(content))
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true })
  symlinkSync(target, join(checkout, path))
}

const find = (user: ServiceUser | undefined) =>
  programPlace(
    checkout,
    { apps: ['apps/app'], files: ['apps/pages/dist', 'apps/none/dist'] },
    user,
    (text) => void notices.push(text),
    () => shared,
  )

test('an ordinary user runs them in the checkout', () => {
  expect(find(undefined)).toMatchObject({ node: process.execPath })
})

describe.runIf(isRoot())('as root', () => {
  function said(): string {
    const user = serviceUser()!
    const found = find(serviceUser())
    const main = join(found.checkout, 'apps/app/src/main.ts')
    return execFileSync(found.node, [main], { cwd: '/', uid: user.uid, gid: user.gid, encoding: 'utf8' }).trim()
  }

  test.runIf(canRun(serviceUser(), process.execPath, ['--version']))('a checkout that is open is used as it is', () => {
    expect(find(serviceUser())).toEqual({ checkout, node: process.execPath })
    expect(notices).toEqual([])
  })

  test('of one that is closed to the account there is a copy of what is needed, which it can run and not change', () => {
    chmodSync(checkout, 0o700)
    const found = find(serviceUser())
    expect(found.checkout.startsWith(shared)).toBe(true)
    expect(said()).toBe('core one two')
    expect(notices).toEqual([expect.stringContaining(`Copying the programs to ${found.checkout}`)])
    expect(existsSync(join(found.checkout, 'node_modules/.pnpm/tool@1.0.0'))).toBe(false)
    expect(readdirSync(join(found.checkout, 'apps/pages'))).toEqual(['dist'])
    expect(existsSync(join(found.checkout, 'apps/none'))).toBe(false)
    expect(canRun(serviceUser(), '/bin/sh', ['-c', `echo x >> ${found.checkout}/apps/app/src/main.ts`])).toBe(false)
    expect(canRun(serviceUser(), '/bin/sh', ['-c', `echo x >> ${found.node}`])).toBe(false)
  })

  test('the copy follows the checkout', () => {
    chmodSync(checkout, 0o700)
    expect(said()).toBe('core one two')
    file('packages/core/index.ts', `export const word: string = 'changed'`)
    expect(said()).toBe('changed one two')
    file('apps/pages/dist/index.html', 'second')
    expect(readFileSync(join(find(serviceUser()).checkout, 'apps/pages/dist/index.html'), 'utf8')).toBe('second')
    file('node_modules/.pnpm/two@1.0.0/node_modules/two/index.js', `export default 'newer'`)
    file('pnpm-lock.yaml', 'lock: 2')
    expect(said()).toBe('changed one newer')
  })
})
