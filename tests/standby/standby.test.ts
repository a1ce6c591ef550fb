import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import {
  defaultRules,
  openEngine,
  policyDocument,
  putAgent,
  putPolicy,
  putSession,
  putUser,
  scheduleCallback,
} from '@ringback/core'
import { migrate } from '@ringback/db'
import { testRedisPrefix, testServices } from '@ringback/testing'
import { pino } from 'pino'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildApp } from '../../apps/api/src/app.ts'
import { loadConfig, standbyOf } from '../../apps/api/src/config.ts'
import { testSecret, tokenOf } from '../../apps/api/src/testing/tokens.ts'
import { openPostgres, type DatabaseServer } from '../faults/world/servers.ts'
import { openStandby, type Standby } from '../faults/world/standby.ts'

// One API reads reports and lists from a real standby that streams from a real primary.

const patient = { timeout: 60_000 }
const everything = '/api/callbacks?limit=200'

let home: string
let primary: DatabaseServer
let standby: Standby
let closers: AsyncDisposableStack
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ringback-standby-'))
  await chmod(home, 0o711) // The account that runs the servers must get through.
  primary = await openPostgres(join(home, 'primary'))
  await migrate(primary.url)
  standby = await openStandby(primary, join(home, 'standby'))
})
afterAll(async () => {
  await standby.server.close()
  await primary.close()
  await rm(home, { recursive: true, force: true, maxRetries: 10 })
})
beforeEach(() => void (closers = new AsyncDisposableStack()))
afterEach(() => closers.disposeAsync())

/** An API whose settings are these, and what it says. */
async function openApi(env: Record<string, string> = {}) {
  const config = loadConfig({
    DATABASE_URL: primary.url,
    DATABASE_READ_URL: standby.server.url,
    REDIS_URL: (await testServices()).redisUrl,
    REDIS_PREFIX: testRedisPrefix(),
    AUTH_JWT_SECRET: testSecret,
    ...env,
  })
  const logged: Record<string, unknown>[] = []
  const engine = openEngine({
    databaseUrl: config.DATABASE_URL,
    standby: standbyOf(config),
    redisUrl: config.REDIS_URL,
    redisPrefix: config.REDIS_PREFIX,
    rules: defaultRules,
    poolSize: 4,
    applicationName: 'ringback-test',
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  })
  closers.defer(() => engine.close())
  const app = await buildApp({ engine, config })
  closers.defer(() => app.close())
  await engine.redisReady()
  await engine.clock.ready()

  const get = async (url: string, token = tokenOf.service()) => {
    const answer = await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${await token}` } })
    if (answer.statusCode !== 200) throw new Error(answer.body)
    return answer.json()
  }
  const listed = async (url = everything, token?: Promise<string>) =>
    ((await get(url, token)).items as { id: string }[]).map(({ id }) => id)
  const said = () =>
    logged.map(({ msg }) => String(msg)).filter((message) => message.startsWith('reports and lists are read'))
  return {
    engine,
    app,
    get,
    listed,
    said,
    check: async () => (await get('/readyz')).checks.standby as { ok: boolean; detail: string },
    /** Resolves when reports and lists are read from the standby, or are not. */
    untilUsed: (isUsed: boolean) => expect.poll(() => engine.reads.standby()?.isUsed, patient).toBe(isUsed),
  }
}

type Api = Awaited<ReturnType<typeof openApi>>

let lastUser = 0
async function promise({ engine }: Api, fields: { preferredAgentId?: number } = {}) {
  const userId = String(++lastUser)
  await putUser(engine.deps, { userId, name: `User ${userId}`, phone: null })
  return (await scheduleCallback(engine.deps, { userId, scheduledFor: engine.clock.now(), ...fields })).id
}

/** The standby gets all that its primary writes, and applies none of it until it is resumed. */
async function pauseReplay() {
  const sql = postgres(standby.server.url, { max: 1, onnotice: () => {} })
  await sql`select pg_wal_replay_pause()`
  await expect
    .poll(async () => (await sql`select pg_get_wal_replay_pause_state() as state`)[0]!['state'], patient)
    .toBe('paused')
  const resume = async () => {
    await sql`select pg_wal_replay_resume()`
    await sql.end()
  }
  closers.defer(resume)
}

test('lists and reports come from the standby, and what an agent acts upon, and one thing by itself, from the primary', async () => {
  const api = await openApi({ DATABASE_READ_MAX_LAG_SECONDS: '3600' })
  const { engine, get, listed } = api
  await api.untilUsed(true)
  await putAgent(engine.deps, { agentId: 7, firstName: 'Ada' })
  await putSession(engine.deps, { agentId: 7, status: 'available' })
  const before = await promise(api, { preferredAgentId: 7 })
  await expect.poll(() => listed(), patient).toContain(before)
  const hour = 3_600_000
  const [from, to] = [-hour, hour].map((ms) => new Date(engine.clock.now().getTime() + ms).toISOString())
  const report = `/api/reports/promises?from=${from}&to=${to}`
  const { total } = await get(report)
  const { callbacks } = await get('/api/debug/callback-monitoring')

  await pauseReplay()
  const later = await promise(api, { preferredAgentId: 7 })
  const userId = String(lastUser)
  expect(await listed()).not.toContain(later)
  expect((await get('/api/users?limit=200')).items.map((user: { userId: string }) => user.userId)).not.toContain(userId)
  expect((await get(report)).total.promised).toBe(total.promised)
  const csv = await api.app.inject({
    method: 'GET',
    url: report.replace('?', '.csv?'),
    headers: { authorization: `Bearer ${await tokenOf.service()}` },
  })
  expect(csv.body).toContain(before)
  expect(csv.body).not.toContain(later)
  expect((await get('/api/debug/callback-monitoring')).callbacks.open).toBe(callbacks.open)

  expect((await get(`/api/callbacks/${later}`)).id).toBe(later)
  expect((await get(`/api/users/${userId}`)).userId).toBe(userId)
  expect(await listed(everything, tokenOf.agent(7))).toContain(later)
  const pending = await get('/api/agents/7/pending-callbacks', tokenOf.agent(7))
  expect(pending.callbacks.map(({ id }: { id: string }) => id)).toContain(later)
})

test('what a report remembers of an older time is not what is decided by', async () => {
  const api = await openApi({ DATABASE_READ_MAX_LAG_SECONDS: '3600' })
  await api.untilUsed(true)
  await pauseReplay()
  const { deps } = api.engine
  const queueType = 'outstanding_requests'
  const { version } = await putPolicy(deps, {
    queueType,
    document: policyDocument.parse({ punctualWithinMinutes: 59 }),
  })
  await api.get('/api/reports/promises?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z')
  expect(await deps.policies.versionOf(deps.sql, queueType)).toBe(version)
})

test('what is too far behind is read from the primary, as the log says once, until it has caught up', async () => {
  const api = await openApi()
  await expect.poll(api.check, patient).toEqual({ ok: true, detail: 'reports and lists are read from it' })
  await pauseReplay()
  const id = await promise(api)
  await api.untilUsed(false)
  expect(await api.listed()).toContain(id)
  expect(await api.check()).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^not read from, it is \d+ s behind/),
  })
  await expect.poll(api.said, patient).toContain('reports and lists are read from the primary, not from the standby')
  const sql = postgres(standby.server.url, { max: 1 })
  await sql`select pg_wal_replay_resume()`
  await sql.end()
  await api.untilUsed(true)
  await expect.poll(() => api.said().at(-1), patient).toBe('reports and lists are read from the standby')
  const said = api.said()
  expect(new Set(said).size).toBe(2)
  expect(said.filter((message, index) => message === said[index + 1])).toEqual([])
})

test('a standby that gets nothing from its primary is behind, though it has applied all that it has got', async () => {
  const api = await openApi()
  await api.untilUsed(true)
  standby.cutOff()
  closers.defer(() => standby.join())
  const id = await promise(api)
  await api.untilUsed(false)
  expect(await api.listed()).toContain(id)
  standby.join()
  await api.untilUsed(true)
})

test('one that has nothing to do is not behind', async () => {
  const api = await openApi({ DATABASE_READ_MAX_LAG_SECONDS: '2' })
  await api.untilUsed(true)
  const since = performance.now()
  await expect.poll(() => performance.now() - since, patient).toBeGreaterThan(3_000)
  await api.untilUsed(true)
})

test('while it is killed, and comes back, each list is answered', async () => {
  const api = await openApi()
  await api.untilUsed(true)
  const id = await promise(api)
  const stopping = new AbortController()
  let asked = 0
  const asking = (async () => {
    for (; !stopping.signal.aborted; asked++) await api.listed()
  })()
  await expect.poll(() => asked, patient).toBeGreaterThan(3)
  await standby.server.crash()
  await expect.poll(api.said, patient).toContain('reports and lists are read from the primary, not from the standby')
  await api.untilUsed(true)
  stopping.abort()
  await asking
  await expect.poll(() => api.listed(), patient).toContain(id)
})

test('who waits for one that has frozen is answered by the primary', async () => {
  const api = await openApi()
  await api.untilUsed(true)
  const id = await promise(api)
  await expect.poll(() => api.listed(), patient).toContain(id) // By connections that are there when it freezes.
  standby.server.freeze()
  closers.defer(() => standby.server.thaw())
  expect(await api.listed()).toContain(id)
  standby.server.thaw()
  await api.untilUsed(true)
})

test('a server that follows nobody is not read from, and no standby at all is all right', async () => {
  const api = await openApi({ DATABASE_READ_URL: primary.url })
  await expect
    .poll(async () => (await api.check()).detail, patient)
    .toBe('not read from, DATABASE_READ_URL leads to a server that follows no other one: the primary has all the work')
  const without = await openApi({ DATABASE_READ_URL: '' })
  expect(await without.check()).toEqual({ ok: true, detail: 'none is set' })
})

test('the doctor says how it stands', async () => {
  const doctor = join(import.meta.dirname, '../../apps/cli/src/doctor.ts')
  async function lineAbout(url: string): Promise<string | undefined> {
    const env = { DATABASE_URL: primary.url, DATABASE_READ_URL: url, REDIS_URL: (await testServices()).redisUrl }
    // What it found is what is printed, whether or not anything failed.
    const { stdout } = await promisify(execFile)(process.execPath, [doctor], { env: { ...env, API_PORT: '0' } }).catch(
      (error: { stdout: string }) => error,
    )
    return /^(. Standby .*\n +→ .*|. Standby .*)$/m.exec(stdout)?.[0]
  }
  expect(await lineAbout(standby.server.url)).toMatch(/^✓ Standby +\d+ ms behind the primary at the most$/)
  expect(await lineAbout(primary.url)).toMatch(/^! Standby +DATABASE_READ_URL leads .*\n +→ .*the primary answers/)
  expect(await lineAbout('postgres://127.0.0.1:9/none')).toMatch(/^! Standby +the standby cannot be asked\n/)
  expect(await lineAbout('')).toBeUndefined()
})

test('when another standby has been promoted, one that follows the old primary is not read from', async () => {
  const promoted = await openStandby(primary, join(home, 'promoted'))
  closers.defer(() => promoted.server.close())
  await promoted.catchUp()
  await promoted.promote()
  const api = await openApi({ DATABASE_URL: promoted.server.url })
  await expect.poll(async () => (await api.check()).detail, patient).toMatch('it follows another history')
  expect(api.engine.reads.standby()).toMatchObject({ isUsed: false })
})
