import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { freePort } from '@ringback/local'
import { afterEach, expect, test, vi } from 'vitest'
import { processesOf } from './processes.ts'

/**
 * `npm start` in a copy of this checkout with nothing prepared: no toolchain, no dependencies, no data. It fetches all of
 * that from the npm registry, which takes its time, so it is done on the build server (CI) or when asked for.
 */
const wanted = process.env['CI'] === 'true' || process.env['RINGBACK_TEST_FRESH_CLONE'] === '1'
const root = process.getuid?.() === 0
const checkout = join(import.meta.dirname, '../..')
const account = 'ringback-test'
const timeout = 900_000

if (!wanted) console.warn('fresh clones are not tested: set RINGBACK_TEST_FRESH_CLONE=1 (or CI=true)')
else if (!root) console.warn('fresh clones of root and of another account cannot be tested: this is not root')

const cleanUps: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

test.runIf(wanted && !root)('a fresh clone of an ordinary user, in a path with spaces', { timeout }, async () => {
  const place = mkdtempSync(join(process.env['HOME'] ?? '/tmp', '.ringback fresh clone '))
  cleanUps.push(() => rmSync(place, { recursive: true, force: true }))
  copyCheckout(place)
  const output = await startsTwice(place, { home: process.env['HOME'] ?? '/' })
  expect(output).toContain(`${place}/.ringback/postgres`)
})

test.runIf(wanted && root)(
  'a fresh clone of root, below a home that is closed to all others',
  { timeout },
  async () => {
    const home = mkdtempSync('/root/.ringback fresh clone ')
    cleanUps.push(() => rmSync(home, { recursive: true, force: true }))
    chmodSync(home, 0o700)
    const clone = join(home, 'clone')
    copyCheckout(clone)
    const output = await startsTwice(clone, { home: '/root' })
    const data = /Database +(\/var\/lib\/ringback\/\S+)\/postgres/.exec(output)?.[1]
    expect(data).toBeDefined()
    rmSync(data ?? '', { recursive: true })
  },
)

test.runIf(wanted && root)(
  'a fresh clone of another, ordinary account, in a path with spaces',
  { timeout },
  async () => {
    execFileSync('useradd', ['--create-home', account])
    cleanUps.push(() => void execFileSync('userdel', ['--remove', account], { stdio: 'ignore' }))
    const home = `/home/${account}`
    const clone = join(home, 'a fresh clone')
    copyCheckout(clone)
    execFileSync('chown', ['-R', `${account}:`, clone])
    const output = await startsTwice(clone, { home, uid: idOf('-u'), gid: idOf('-g') })
    expect(output).toContain(`${clone}/.ringback/postgres`)
  },
)

function copyCheckout(place: string): void {
  mkdirSync(place, { recursive: true })
  const copy = 'git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -xf - -C "$1"'
  execFileSync('sh', ['-c', copy, 'sh', place], { cwd: checkout })
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, account], { encoding: 'utf8' }))
}

type Person = { home: string; uid?: number; gid?: number }

async function startsTwice(clone: string, person: Person): Promise<string> {
  await startAndStop(clone, person)
  const output = await startAndStop(clone, person)
  // Unless the machine has one that will do.
  const fetched = join(clone, '.ringback/toolchain/node_modules/node/package.json')
  const named = readFileSync(join(clone, '.node-version'), 'utf8').trim()
  const version = existsSync(fetched) ? JSON.parse(readFileSync(fetched, 'utf8')).version : named
  expect(version).toBe(named)
  return output
}

async function startAndStop(clone: string, { home, ...ids }: Person): Promise<string> {
  const dataHome = join(clone, '.ringback')
  const port = await freePort()
  const env = bareEnvironment(home, dataHome, port)
  const starter = spawn('npm', ['start'], { cwd: clone, env, ...ids, stdio: ['ignore', 'pipe', 'pipe'] })
  cleanUps.push(async () => {
    starter.kill('SIGKILL')
    await vi.waitUntil(() => processesOf(dataHome).length === 0, { timeout: 20_000 })
  })
  let output = ''
  for (const stream of [starter.stdout, starter.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const ended = new Promise((resolve) => void starter.once('close', resolve))

  await expect.poll(() => output, { timeout: 300_000, interval: 100 }).toContain('Ringback is running')
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  starter.kill('SIGINT')
  await ended
  expect(processesOf(dataHome)).toEqual([])
  return output
}

// What npm and pnpm put on the PATH while they run us is not there on a bare machine.
function bareEnvironment(home: string, dataHome: string, port: number): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((it) => !/node_modules|\.ringback|node-gyp/.test(it))
  return { PATH: path.join(delimiter), HOME: home, RINGBACK_HOME: dataHome, API_PORT: String(port) }
}
