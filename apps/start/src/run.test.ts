import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { freePort, isAlive, isRoot } from '@ringback/local'
import { Redis } from 'ioredis'
import { decodeJwt } from 'jose'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Programs, runRingback } from './run.ts'
import { loadSettings } from './settings.ts'

// Stand-ins for the programs: what is tested is how they are started, watched over and stopped.
const standIns = {
  build: `console.log('Building nothing')`,
  migrate: `console.log(JSON.stringify({ level: 40, msg: 'migrated ' + process.env.DATABASE_URL.split(':')[0] }))`,
  api: `
    import { createServer } from 'node:http'
    const readiness = { status: 'degraded', checks: { postgres: { ok: true }, redis: { ok: false, detail: 'is away' } } }
    const answer = (request, response) => response.end(JSON.stringify(readiness))
    createServer(answer).listen(process.env.API_PORT, process.env.API_HOST)
    console.log(JSON.stringify({ level: 40, msg: 'api pid ' + process.pid }))`,
  worker: `
    setInterval(() => {}, 1000)
    console.log(JSON.stringify({ level: 40, msg: 'worker pid ' + process.pid }))`,
  demo: `
    setInterval(() => {}, 1000)
    console.log(JSON.stringify({ level: 40, msg: 'demo talks to ' + process.env.RINGBACK_API_URL + ' pid ' + process.pid }))`,
}

// Where the checkout is root's alone, so is the Node below it; the stand-ins are run by another account.
const node = process.execPath
let open: string
beforeAll(() => {
  open = mkdtempSync(join(tmpdir(), 'ringback-test-'))
  chmodSync(open, 0o711)
  process.execPath = join(open, 'node')
  copyFileSync(node, process.execPath)
})
afterAll(() => {
  process.execPath = node
  rmSync(open, { recursive: true })
})

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
    const script = `${name}.mjs`
    writeFileSync(join(place, script), { ...standIns, ...changed }[name])
    return { name: as, script }
  }
  const programs: Programs = {
    apps: [],
    files: [],
    build: program('build'),
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
    /Postgres and Redis[^]*Building nothing[^]*Migrating[^]*migrated postgres[^]*API and two workers[^]*Ringback is running/,
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

test.runIf(isRoot())('root runs none of the parts as root, and no part writes where root reads', async () => {
  await start()
  await started()
  for (const pid of pids()) expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\s+[1-9]/m)
  expect(statSync(join(place, '.ringback/logs/api.log')).mode & 0o777).toBe(0o600)
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

test('each process serves its metrics on a port of its own, when metrics are wanted', async () => {
  const { worker } = standIns
  await start(
    { worker: worker.replace(`'worker pid '`, `'metrics at ' + process.env.METRICS_PORT + ', worker pid '`) },
    { METRICS_PORT: '9464' },
  )
  await started()
  expect(text()).toMatch(/worker-1 .*metrics at 9465/)
  expect(text()).toMatch(/worker-2 .*metrics at 9466/)
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

test('a console that cannot be built ends everything, with what was said', async () => {
  await start({ build: `console.error('vite is not there'); process.exit(1)` })
  await expect(running).rejects.toThrow(/The console could not be built \(exit code 1\):\s+vite is not there/)
  expect(text()).not.toContain('Migrating')
})

test('a migration that fails ends everything, with what it said', async () => {
  await start({ migrate: `console.error('no such table'); process.exit(1)` })
  await expect(running).rejects.toThrow(/The migration failed \(exit code 1\):\s+no such table/)
})

async function askPostgres(url: string): Promise<unknown> {
  const sql = postgres(url, { max: 1 })
  try {
    return await sql`select 1`
  } finally {
    await sql.end({ timeout: 0 })
  }
}

async function askRedis(url: string): Promise<unknown> {
  const redis = new Redis(url, { retryStrategy: null })
  redis.on('error', () => {})
  return redis.ping().finally(() => redis.disconnect())
}

test.each([
  ['Postgres', 'postgres/cluster/postmaster.pid', askPostgres],
  ['Redis', 'redis/redis.pid', askRedis],
])(
  '%s that dies is started again, at the same address and with its data; all else goes on',
  async (name, file, ask) => {
    await start({ migrate: `console.log('talks to', process.env.DATABASE_URL, 'and', process.env.REDIS_URL)` })
    await started()
    const before = pids()
    const pidFile = join(place, '.ringback', file)
    const server = () => Number(readFileSync(pidFile, 'utf8').split('\n')[0])
    const killed = server()
    process.kill(killed, 'SIGKILL')
    const said = `${name} ended (signal SIGKILL); starting it again in 0.5 s`
    await expect.poll(text, { timeout: 10_000 }).toContain(said)
    await expect.poll(() => isAlive(server()) && server() !== killed, { timeout: 20_000 }).toBe(true)
    const url = /talks to (\S+) and (\S+)/.exec(text())?.[name === 'Postgres' ? 1 : 2] ?? ''
    await expect.poll(() => ask(url).then(() => 'answers', String), { timeout: 20_000 }).toBe('answers')
    expect(pids()).toEqual(before)
    expect(before.filter(isAlive)).toEqual(before)
    expect(text().split('starting it again')).toHaveLength(2)
  },
)

async function status(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env['PATH'], RINGBACK_HOME: join(place, '.ringback') }
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'status.ts'), ...args], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    )
  })
}

test('status shows all of it again, with the parts and their state, or one value alone', async () => {
  await start()
  await started()
  const banner = text().slice(text().indexOf('  API '), text().indexOf('Tokens, valid'))
  const { code, out } = await status()
  expect(code).toBe(0)
  expect(out).toContain(banner)
  expect(out).toMatch(
    /password \S+[^]*postgres:\/\/\S+[^]*redis:\/\/\S+[^]*agent 1 +ey[^]*supervisor +ey[^]*service +ey/,
  )
  expect(out).toMatch(/postgres +runs as process \d+[^]*redis +runs[^]*api +runs[^]*worker-1 +runs[^]*demo +runs/)
  expect(out).toMatch(/together +degraded; redis: is away/)
  const mode = statSync(join(place, '.ringback/running.json')).mode & 0o777
  expect(mode).toBe(0o600)

  process.kill(Number(/worker-2 .*worker pid (\d+)/.exec(text())?.[1]), 'SIGKILL')
  await expect
    .poll(async () => (await status()).out, { timeout: 20_000 })
    .toMatch(/worker-2 +runs as process \d+; died once/)

  const url = (await status('REDIS_URL')).out.trim()
  expect(await askRedis(url)).toBe('PONG')
  expect(await status('HOME')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Usage: ./ringback status [API_URL|'),
  })

  stopping.abort()
  await running
  const after = await status()
  expect(after).toMatchObject({ code: 1, out: '' })
  expect(after.err).toMatch(/^Ringback does not run on the data of .*Start it with: npm start\n$/)
})

test('the banner says what it is not for, and how it is shown again', async () => {
  await start()
  await started()
  expect(text()).toMatch(/for trying out[^]*Production needs[^]*docs\/operations\.md[^]*\.\/ringback status/)
})

test('an end that is asked for in the middle of the start is heeded', async () => {
  await start()
  stopping.abort()
  await running
  expect(text()).not.toContain('Ringback is running')
})
