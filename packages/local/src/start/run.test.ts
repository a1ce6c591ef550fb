import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { decodeJwt } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../ports.ts'
import { isAlive } from '../processes.ts'
import { type Programs, runRingback } from './run.ts'
import { loadSettings } from './settings.ts'

// Stand-ins for the programs: what is tested is how they are started, watched over and stopped.
const standIns = {
  migrate: `console.log(JSON.stringify({ level: 40, msg: 'migrated ' + process.env.DATABASE_URL.split(':')[0] }))`,
  api: `
    import { createServer } from 'node:http'
    createServer((request, response) => response.end('ready')).listen(process.env.API_PORT, process.env.API_HOST)
    console.log(JSON.stringify({ level: 40, msg: 'api pid ' + process.pid }))`,
  worker: `
    setInterval(() => {}, 1000)
    console.log(JSON.stringify({ level: 40, msg: 'worker pid ' + process.pid }))`,
  demo: `
    setInterval(() => {}, 1000)
    console.log(JSON.stringify({ level: 40, msg: 'demo talks to ' + process.env.RINGBACK_API_URL + ' pid ' + process.pid }))`,
}

let place: string
let stopping: AbortController
let output: string[]
let running: Promise<void>

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ringback-test-'))
  chmodSync(place, 0o711)
  stopping = new AbortController()
  output = []
})

afterEach(async () => {
  stopping.abort()
  await running.catch(() => {})
  rmSync(place, { recursive: true })
})

async function start(changed: Partial<typeof standIns> = {}, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const program = (name: keyof typeof standIns, as = name as string) => {
    const script = join(place, `${name}.mjs`)
    writeFileSync(script, { ...standIns, ...changed }[name])
    return { name: as, script }
  }
  const programs: Programs = {
    migrate: program('migrate'),
    api: program('api'),
    workers: [program('worker', 'worker-1'), program('worker', 'worker-2')],
    demo: program('demo'),
  }
  const fullEnv = { PATH: process.env['PATH'], API_PORT: String(await freePort()), ...env }
  const settings = await loadSettings(fullEnv, place)
  const print = (text: string) => void output.push(text)
  running = runRingback({ checkout: place, env: fullEnv, settings, programs, print, stopped: stopping.signal })
}

const text = () => output.join('\n')
const pids = () => [...text().matchAll(/ pid (\d+)/g)].map((match) => Number(match[1]))

async function started(): Promise<void> {
  running.catch((error: unknown) => output.push(String(error))) // so that a failed poll shows it
  await expect.poll(text, { timeout: 30_000 }).toContain('Ringback is running')
  await expect.poll(() => pids().length, { timeout: 10_000 }).toBe(4)
}

test('starts everything in order, tells how to use it, and stops all of it', async () => {
  await start()
  await started()
  expect(text()).toMatch(
    /Postgres and Redis[^]*Migrating[^]*migrated postgres[^]*API and two workers[^]*Ringback is running/,
  )
  expect(text()).toMatch(/\/docs[^]*\/admin\/queues[^]*agent 1 +ey[^]*supervisor +ey[^]*service +ey[^]*curl/)
  expect(text()).toMatch(/demo talks to http:\/\/127\.0\.0\.1:\d+/)
  expect(text()).toContain(join(place, '.ringback'))

  const startedAt = performance.now()
  stopping.abort()
  await running
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  expect(pids().filter(isAlive)).toEqual([])
  expect(text()).toMatch(/Stopping[^]*Stopped\.$/)
  expect(readFileSync(join(place, '.ringback/logs/api.log'), 'utf8')).toContain('api pid')
})

test('the tokens that it shows and writes down are accepted with the default settings of the API', async () => {
  await start()
  await started()
  const written = readFileSync(join(place, '.ringback/env'), 'utf8')
  const lives = [...`${text()} ${written}`.matchAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g)].map(([token]) => {
    const { exp, iat } = decodeJwt(token)
    return (exp! - iat!) / 3_600
  })
  expect(lives.length).toBeGreaterThanOrEqual(6)
  expect(new Set(lives)).toEqual(new Set([12]))
  expect(text()).toContain('Tokens, valid for 12 hours')
})

test('DEMO=0 leaves the demo out', async () => {
  await start({}, { DEMO: '0' })
  await expect.poll(text, { timeout: 30_000 }).toContain('Ringback is running')
  expect(text()).not.toContain('demo talks')
})

test('a worker that dies is started again', async () => {
  await start()
  await started()
  const worker = Number(/worker-2 .*worker pid (\d+)/.exec(text())?.[1])
  process.kill(worker, 'SIGKILL')
  await expect.poll(text, { timeout: 10_000 }).toContain('worker-2 ended (signal SIGKILL); starting it again in 0.5 s')
  await expect.poll(() => pids().length, { timeout: 10_000 }).toBe(5)
  expect(isAlive(pids().at(-1) ?? 0)).toBe(true)
})

test('an API that ends at once ends everything, with what it said', async () => {
  await start({ api: `console.error('AUTH_JWKS_URL must be a URL'); process.exit(1)` })
  await expect(running).rejects.toThrow(/api ended \(exit code 1\):\s+AUTH_JWKS_URL must be a URL/)
  await expect.poll(() => pids().filter(isAlive)).toEqual([])
})

test('a migration that fails ends everything, with what it said', async () => {
  await start({ migrate: `console.error('no such table'); process.exit(1)` })
  await expect(running).rejects.toThrow(/The migration failed \(exit code 1\):\s+no such table/)
})

test('the death of Postgres ends everything', async () => {
  await start()
  await started()
  const postmaster = readFileSync(join(place, '.ringback/postgres/cluster/postmaster.pid'), 'utf8')
  process.kill(Number(postmaster.split('\n')[0]), 'SIGKILL')
  await expect(running).rejects.toThrow('Postgres ended (signal SIGKILL), and without it nothing works')
  expect(pids().filter(isAlive)).toEqual([])
})

test('an end that is asked for in the middle of the start is heeded', async () => {
  await start()
  stopping.abort()
  await running
  expect(text()).not.toContain('Ringback is running')
})
