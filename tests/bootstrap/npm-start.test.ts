import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { freePort } from '@ringback/local'
import { testServices, urlOfDatabase } from '@ringback/testing'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { processesOf } from './processes.ts'

const root = join(import.meta.dirname, '../..')

let home: string
let port: number
let output: string
let starter: ChildProcess
let ended: Promise<number | null>

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'ringback-home-'))
  chmodSync(home, 0o711)
  port = await freePort()
  output = ''
})

afterEach(async () => {
  starter.kill('SIGKILL')
  await vi.waitUntil(() => processesOf(home).length === 0, { timeout: 20_000 })
  rmSync(home, { recursive: true, maxRetries: 5 })
})

function npmStart(env: NodeJS.ProcessEnv = {}): void {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env
  starter = spawn('npm', ['start'], {
    cwd: root,
    env: { ...inherited, RINGBACK_HOME: home, API_PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [starter.stdout, starter.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  ended = new Promise((resolve) => void starter.once('close', resolve))
}

async function ready(timeout: number): Promise<void> {
  const status = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status ?? output
  await expect.poll(status, { timeout, interval: 100 }).toBe(200)
}

/** Who has signed in by a link of the banner. */
async function signIn(link: RegExp): Promise<unknown> {
  const { origin, pathname, hash } = new URL(link.exec(output)![1]!)
  expect({ origin, pathname }).toEqual({ origin: `http://127.0.0.1:${port}`, pathname: '/sign-in' })
  const body = JSON.stringify({ code: hash.replace('#code=', '') })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${origin}/api/session`, { method: 'POST', headers, body })
  const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
  return (await fetch(`${origin}/api/session`, { headers: { cookie } })).json()
}

test('starts all of Ringback, and again; Ctrl-C stops all of it, the data stays', async () => {
  npmStart()
  await ready(90_000)
  await expect.poll(() => output, { timeout: 60_000 }).toContain('Ringback is running')
  expect(await signIn(/supervisor +(http\S+)/)).toMatchObject({ role: 'supervisor' })
  expect(await signIn(/agent 1 +(http\S+)/)).toMatchObject({ role: 'agent', agentId: 1 })
  starter.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(output).toContain('Stopped.')
  expect(processesOf(home)).toEqual([])

  const secret = /supervisor +password (\S+)/.exec(output)?.[1]
  output = ''
  npmStart()
  await ready(90_000)
  await expect.poll(() => output, { timeout: 60_000 }).toContain('Ringback is running')
  expect(/supervisor +password (\S+)/.exec(output)?.[1]).toBe(secret)
})

test('the data moves out as the run book says, and redis-cli gets in', async () => {
  const { databaseUrl: server } = await testServices()
  const name = `ringback_moved_${process.pid}`
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name}`)
  try {
    npmStart({ DEMO: 'no' })
    await ready(90_000)
    await expect.poll(() => output, { timeout: 60_000 }).toContain('Ringback is running')
    const token = /supervisor +(ey\S+)/.exec(output)?.[1]
    const user = await fetch(`http://127.0.0.1:${port}/api/users/42`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada Example', phone: '+1 202 555 0123' }),
    })
    expect(user.status).toBe(201)

    const runBook = readFileSync(join(root, 'docs/operations.md'), 'utf8')
    const [, block] = /<!-- moving-out -->\s*```sh\n(.*?)```/s.exec(runBook) ?? []
    const script = block?.replace(/postgres:\/\/\S+/, urlOfDatabase(server, name))
    const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env
    const options = { cwd: root, env: { ...inherited, RINGBACK_HOME: home } }
    const { stdout } = await promisify(execFile)('bash', ['-euc', script ?? 'exit 1'], options)
    expect(stdout).toMatch(/Copied \d+ tables\./)
    const moved = postgres(urlOfDatabase(server, name), { max: 1 })
    expect(await moved`select id, name from users`).toEqual([{ id: '42', name: 'Ada Example' }])
    await moved.end()

    const [, line] = /`(redis-cli -u [^`]+)`/.exec(runBook) ?? []
    const { stdout: pong } = await promisify(execFile)('bash', ['-euc', `${line} ping`], options)
    expect(pong).toBe('PONG\n')
  } finally {
    await admin.unsafe(`drop database ${name} with (force)`)
    await admin.end()
  }
})

test.each([
  ['npm', 'npm start'],
  ['the bootstrap', 'bootstrap.mjs'],
  ['the program that it hands over to', 'apps/start/src/main.ts'],
])('kill -9 of %s leaves no process behind', async (_name, command) => {
  npmStart()
  await ready(90_000)
  const victim = processesOf(home).find((it) => it.command.includes(command))
  process.kill(victim?.pid ?? Number.NaN, 'SIGKILL')
  await expect.poll(() => processesOf(home), { timeout: 15_000 }).toEqual([])
})

test('a port that is taken is a message that names the variable, not a stack trace', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve))
  try {
    npmStart()
    expect(await ended).toBe(1)
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken. Set API_PORT`)
    expect(output).not.toMatch(/^\s+at /m)
  } finally {
    server.close()
  }
})
