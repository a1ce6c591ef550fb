import { execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { ensureRedisServer, freePort } from '@ringback/local'
import { guardProcess, releaseProcess } from '@ringback/local/watchdog'
import { createTestDatabase, startRedis, type TestDatabase, testServices, urlOfDatabase } from '@ringback/testing'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../../scripts/commands.mjs'
import { missingOf } from '../container/command.ts'
import { commandLinesOf, documents, scriptsOf } from './documents.ts'
import { filledIn, notRun, onlyAsked, saidWhenUp, scripts } from './ways.ts'

// Every command line of the documents is run, in the checkout and beside a Ringback that runs, as a reader would run it. What
// cannot be run here is in ways.ts, with the reason; whatever is not there is run.

const root = join(import.meta.dirname, '../..')
const lines = [...new Set(documents.flatMap(({ text }) => commandLinesOf(text, Object.keys(scripts))))]
const isForDocker = (line: string) => /^docker |^sh docker\//.test(line)

/** The command of a line that is one of ours; `npm start` is, too. */
function commandOf(line: string): string | undefined {
  const [, ours, npms] = /^(?:[A-Z_]+=\S* )*(?:\.\/ringback ?(\S*)|npm (start|test)\b)/.exec(line) ?? []
  return ours ?? npms
}

/** A command without the arguments that it cannot do without is spoken of, not typed. */
function isName(line: string, command: string): boolean {
  const takes = commands[command]?.takes ?? '['
  return line === `./ringback ${command}` && !takes.startsWith('[')
}

const ours = lines.filter((line) => !isForDocker(line) && !Object.hasOwn(notRun, line))

/** What a line says when it is up, if it goes on: by its command, or by the program of ours that it runs. */
function saidBy(line: string): string | undefined {
  const [program] = /(?<= node )\S+/.exec(line) ?? []
  const name = [commandOf(line), program].find((one) => one !== undefined && Object.hasOwn(saidWhenUp, one))
  return name === undefined ? undefined : saidWhenUp[name]
}

function goesOn(line: string): boolean {
  return saidBy(line) !== undefined
}

function isAsked(line: string): boolean {
  const command = commandOf(line) ?? ''
  return Object.hasOwn(onlyAsked, command) || isName(line, command)
}

/** The files of the checkout that a line names. */
function filesOf(line: string): string[] {
  return line.split(' ').filter((word) => /^\w[\w-]*\/\S/.test(word))
}

describe('what is known of documents', () => {
  test('there are lines of every kind', () => {
    for (const line of ['npm start', './ringback status', 'docker compose ps', 'openssl rand -hex 32']) {
      expect(lines).toContain(line)
    }
    expect(lines.length).toBeGreaterThan(50)
  })

  test('every way of not running a line is still needed', () => {
    expect(Object.keys(notRun).filter((line) => !lines.includes(line))).toEqual([])
    const used = new Set(lines.flatMap((line) => [commandOf(line), ...line.split(' ')]))
    expect(Object.keys({ ...onlyAsked, ...saidWhenUp }).filter((name) => !used.has(name))).toEqual([])
  })

  test('a script is run by the test that it is said to be', () => {
    for (const [name, file] of Object.entries(scripts)) {
      expect(documents.filter(({ text }) => scriptsOf(text).includes(name))).toHaveLength(1)
      expect(readFileSync(join(root, file), 'utf8')).toContain(`<!-- ${name} -->`)
    }
  })

  test('lines are found in blocks and sentences, without comments', () => {
    const text =
      '```sh\na b   # why\n# all\n```\n```\nnpm x\nno command\n```\n```sql\nnpm y\n```\nDo `npm\nz`, `DEMO=no npm start`, `psql`.'
    expect(commandLinesOf(text, [])).toEqual(['a b', 'npm x', 'npm z', 'DEMO=no npm start'])
    expect(commandLinesOf('<!-- one -->\n`npm x`\n<!-- /one -->', ['one'])).toEqual([])
    expect(commandLinesOf('<!-- one -->\n`npm x`\n<!-- /one -->', [])).toEqual(['npm x'])
  })

  test('nothing sends anybody to a pnpm or npm that does not know the command', async () => {
    const names = Object.keys(commands).filter((name) => name !== 'sbom') // pnpm has one that ours asks.
    const pattern = `(pnpm|npm run)( --silent)? (${names.join('|')})\\b`
    const args = ['grep', '-nE', pattern, '--', ':!CHANGELOG.md', ':!pnpm-lock.yaml']
    const found = await promisify(execFile)('git', args, { cwd: root }).catch(
      (error: { code: number; stdout: string }) => error,
    )
    expect(found).toMatchObject({ code: 1, stdout: '' })
  })
})

test.each(lines.filter(isForDocker))('%s names what is there', (line) => {
  expect(missingOf(line)).toEqual([])
})

describe('beside a Ringback that runs', () => {
  let place: string
  let database: TestDatabase
  let copyUrl: string
  let admin: postgres.Sql
  let redis: Awaited<ReturnType<typeof startRedis>>
  let env: NodeJS.ProcessEnv
  let running: { home: string; stop(): Promise<number | null> }
  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'ringback-documents-'))
    chmodSync(place, 0o711)
    database = await createTestDatabase()
    redis = await startRedis()
    const server = (await testServices()).databaseUrl
    const copy = `ringback_copy_${process.pid}`
    copyUrl = urlOfDatabase(server, copy)
    admin = postgres(server, { max: 1, onnotice: () => {} })
    await admin.unsafe(`create database ${copy}`)
    const apiPort = String(await freePort())
    env = {
      PATH: `${process.env['PATH']}:${dirname(await ensureRedisServer())}`,
      HOME: process.env['HOME'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      AUTH_JWT_SECRET: 'the secret of the documents, which is long enough',
      RATE_LIMIT_PER_MINUTE: '0',
      RINGBACK_API_URL: `http://127.0.0.1:${apiPort}`,
      RINGBACK_URL: `http://127.0.0.1:${apiPort}`,
      CRM_DB: join(place, 'crm.db'),
    }
    const home = newFolder()
    const started = await startUntil('./ringback start', saidWhenUp['start']!, {
      ...env,
      RINGBACK_HOME: home,
      API_PORT: apiPort,
      DEMO: 'no',
    })
    running = { home, stop: () => started.stop() }
  }, 120_000)
  afterAll(async () => {
    await running?.stop()
    await redis?.stop()
    await admin?.unsafe(`drop database if exists ringback_copy_${process.pid} with (force)`)
    await admin?.end()
    await database?.drop()
    rmSync(place, { recursive: true, maxRetries: 5 })
  }, 60_000)

  function newFolder(): string {
    const folder = mkdtempSync(join(place, 'home-'))
    chmodSync(folder, 0o711)
    return folder
  }

  /**
   * As the documents have it: `[…]` may be left out and is not, unless it says that a removal is meant, and a name in
   * capitals stands for something.
   */
  function withValues(line: string): string {
    const valueOf = (name: string): string => {
      if (name === 'URL') return copyUrl
      const values = filledIn[name]
      const value = values?.[commandOf(line) ?? ''] ?? values?.['']
      return value?.replace('@', place) ?? name
    }
    return line
      .replaceAll(' [--yes]', '')
      .replaceAll(/[[\]…]/g, '')
      .replaceAll(/(?<![\w=/-])[A-Z][A-Z-]*(?![\w=])/g, valueOf)
  }

  async function environmentOf(line: string): Promise<NodeJS.ProcessEnv> {
    const home = line.includes('status') ? running.home : newFolder()
    return { ...env, RINGBACK_HOME: home, API_PORT: String(await freePort()) }
  }

  test.each(ours.filter(goesOn))('%s goes on until Ctrl-C', async (line) => {
    const started = await startUntil(withValues(line), saidBy(line)!, await environmentOf(line))
    expect(await started.stop()).toBe(0)
  })

  test.each(ours.filter(isAsked))('%s is what the command takes', async (line) => {
    const typed = withValues(line)
    expect(filesOf(typed).filter((file) => !existsSync(join(root, file)))).toEqual([])
    expect(await runToEnd(`${typed} --help`, await environmentOf(line))).toEqual({ code: 0, said: expect.any(String) })
  })

  test.each(ours.filter((line) => !goesOn(line) && !isAsked(line)))('%s', async (line) => {
    const answer = await runToEnd(withValues(line), await environmentOf(line))
    expect(answer).toEqual({ code: 0, said: expect.any(String) })
  })
})

function start(line: string, env: NodeJS.ProcessEnv) {
  // It would take away what other runs on this machine stand on.
  if (line.includes('--yes')) throw new Error(`${line} is not to be run here: put it into notRun`)
  // A group of its own, which a Ctrl-C reaches as a whole.
  const child = spawn('bash', ['-euc', line], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const pid = child.pid!
  guardProcess({ pid, signal: 'SIGTERM', graceMs: 5_000, group: true })
  let said = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += String(chunk)
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      releaseProcess(pid)
      resolve(code)
    })
  })
  return { pid, ended, listeners, said: () => said }
}

async function runToEnd(line: string, env: NodeJS.ProcessEnv) {
  const { ended, said } = start(line, env)
  const code = await ended
  return { code, said: said() }
}

/** Starts what goes on until Ctrl-C, and waits for what it says when it is up. */
async function startUntil(line: string, message: string, env: NodeJS.ProcessEnv) {
  const { pid, ended, listeners, said } = start(line, env)
  const isUp = await Promise.race([
    new Promise<boolean>((resolve) => listeners.add(() => said().includes(message) && resolve(true))),
    ended.then(() => false),
  ])
  if (!isUp) throw new Error(`${line} ended before it said "${message}":\n${said()}`)
  return {
    stop() {
      process.kill(-pid, 'SIGINT')
      return ended
    },
  }
}
