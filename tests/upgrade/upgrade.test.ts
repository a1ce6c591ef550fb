import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { migrate, migrationState } from '@ringback/db'
import { freePort } from '@ringback/local'
import { startProcess, type AppProcess } from '@ringback/testing/processes'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { judge } from '../faults/invariants.ts'
import { startLoad, type Load } from '../faults/load.ts'
import { recover } from '../faults/recovery.ts'
import { openPostgres, openRedis } from '../faults/world/servers.ts'
import { redisPrefix, showsSecret, tokenMaker, worldSettings, type World } from '../faults/world/world.ts'
import { checkout, versionBefore } from './version-before.ts'

// The version before this one and this one, side by side on one database, through a migration and back to the code of before,
// while clients work. Each test goes on where the one above it has ended.

const appRole = 'ringback_app'
const allWell = { lost: 0, doubled: 0, broken: [] }
/** Enough that every process has had its part. */
const outcomes = 8
/** For what hangs: two versions at once are much for a machine that has other things to do. */
const patient = { timeout: 600_000 }
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 })

/** An API and a worker of one version. */
interface Running {
  port: number
  parts: AppProcess[]
}

const opened = new AsyncDisposableStack()
let before: string
let ownerUrl: string
let databaseUrl: string
let redisUrl: string
let world: Pick<World, 'sql' | 'apiUrl' | 'token' | 'leaks'>
let load: Load
let leaked = 0
let asked = 0
const running: Record<'before' | 'now', Running | undefined> = { before: undefined, now: undefined }

beforeAll(async () => {
  before = opened.use(await versionBefore()).directory
  const home = await mkdtemp(join(tmpdir(), 'ringback-upgrade-'))
  opened.defer(() => rm(home, { recursive: true, force: true, maxRetries: 10 }))
  await chmod(home, 0o711) // The account that runs the servers must get through.
  const database = opened.adopt(await openPostgres(join(home, 'postgres')), (server) => server.close())
  const redis = opened.adopt(await openRedis(join(home, 'redis')), (server) => server.close())
  ownerUrl = database.url
  redisUrl = redis.url
  const sql = opened.adopt(postgres(ownerUrl, { max: 3, onnotice: () => {}, transform: postgres.camel }), (client) =>
    client.end({ timeout: 1 }),
  )
  await sql.unsafe(`create role ${appRole} login password 'of the programs'`)
  databaseUrl = Object.assign(new URL(ownerUrl), { username: appRole, password: 'of the programs' }).href
  execFileSync(process.execPath, [join(before, 'apps/cli/src/migrate.ts')], {
    env: { PATH: process.env['PATH'], DATABASE_URL: ownerUrl, DATABASE_APP_ROLE: appRole },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  world = {
    sql,
    token: tokenMaker(),
    leaks: () => leaked,
    /** Clients ask any API that is there, by turns. */
    get apiUrl() {
      const ports = Object.values(running).flatMap((version) => version?.port ?? [])
      return `http://127.0.0.1:${ports[asked++ % ports.length]}`
    },
  }
  await start('before')
  load = await startLoad(world)
  opened.defer(() => load.stop())
})
afterAll(() => opened.disposeAsync())

async function start(version: keyof typeof running): Promise<void> {
  const port = await freePort()
  const env = {
    ...worldSettings,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: redisPrefix,
    API_PORT: String(port),
    AGENT_TIMEOUT_SECONDS: '60',
  }
  const apps = join(version === 'before' ? before : checkout, 'apps')
  const onLine = (line: string) => {
    if (showsSecret(line)) leaked++
    if (line.includes('"msg":"request failed"')) console.error(version, line) // No request may fail: this one tells why.
  }
  const parts = await Promise.all([
    startProcess(join(apps, 'worker/src/main.ts'), 'worker started', env, onLine),
    startProcess(join(apps, 'api/src/main.ts'), 'api listens', env, onLine),
  ])
  for (const part of parts) opened.defer(() => part.kill())
  running[version] = { port, parts }
}

async function stop(version: keyof typeof running): Promise<void> {
  const { parts } = running[version]!
  running[version] = undefined
  await Promise.all(parts.map((part) => part.stop()))
}

/** What the clients and Postgres say when so many more calls have come to an outcome. */
async function verdictAfterMoreWork() {
  const { books } = load
  const wanted = books.outcomes.size + outcomes
  // A request that fails is told of at once: it may be why nothing comes to an outcome.
  await expect.poll(() => books.outcomes.size >= wanted || books.failures.length > 0, patient).toBe(true)
  return judge(world, load)
}

test('the version before is at work, and there is a migration that it does not know', async () => {
  expect(await verdictAfterMoreWork()).toMatchObject(allWell)
  const { applied, known } = await migrationState(ownerUrl)
  expect(applied).toBeLessThan(known)
})

test('the database is migrated while it is at work, and it works on with the new one', async () => {
  await migrate(ownerUrl, { appRole })
  expect(await verdictAfterMoreWork()).toMatchObject(allWell)
  const { applied, known } = await migrationState(ownerUrl)
  expect(applied).toBe(known)
})

test('this version works beside it', async () => {
  await start('now')
  expect(await verdictAfterMoreWork()).toMatchObject(allWell)
})

test('and alone, and everybody has heard of all that happened', async () => {
  await stop('before')
  expect(await verdictAfterMoreWork()).toMatchObject(allWell)
  expect(await load.listeners.untilAllIsTold()).toEqual([])
})

test('the version before comes back beside this one', async () => {
  await start('before')
  expect(await verdictAfterMoreWork()).toMatchObject(allWell)
})

test('and works alone again, with what this one has written', async () => {
  await stop('now')
  expect(await verdictAfterMoreWork()).toMatchObject(allWell)
})

test('when no more promises are made, all are kept', async () => {
  load.stopPromising()
  await recover(world)
  expect(await judge(world, load)).toEqual({ promised: load.books.promised.size, ...allWell })
})
