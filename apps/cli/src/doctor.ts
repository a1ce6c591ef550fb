import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { styleText } from 'node:util'
import {
  certificatesOf,
  connectRedis,
  createLogger,
  databaseSettings,
  impatient,
  protectionOfDatabase,
  protectionOfRedis,
  readSettings,
  redisSettings,
  serversOf,
  SettingsError,
  standbySettings,
  tlsRemedy,
  watchStandby,
  type Protection,
} from '@ringback/core'
import { connect, migrationState, ownsTables } from '@ringback/db'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { isRecent, oldest } from './oldest.ts'

/** What one check found. A warning does not fail the doctor. */
interface Finding {
  what: string
  state: 'ok' | 'warning' | 'failed'
  detail: string
  remedy?: string
}

const doctorSettings = databaseSettings.extend({
  ...standbySettings,
  ...redisSettings.shape,
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: z.coerce.number('must be a port').int().min(0).max(65_535).default(3_000),
})

type DoctorSettings = z.infer<typeof doctorSettings>

const mostSkewMs = 1_000
/** A standby that is well has followed by then. */
const standbyFollowsWithinMs = 3_000
const standbyLookMs = 100

function checkNode(): Finding {
  const { node } = process.versions
  const detail = `Node ${node}`
  if (isRecent('Node', node)) return { what: 'Node', state: 'ok', detail }
  return { what: 'Node', state: 'failed', detail, remedy: `install Node ${oldest.Node} or newer` }
}

function checkProtection(server: string, { isGood, detail, remedy }: Protection): Finding {
  const what = `${server} TLS`
  return isGood ? { what, state: 'ok', detail } : { what, state: 'warning', detail, remedy }
}

function checkAccount(isOwner: boolean): Finding {
  const what = 'Postgres account'
  if (!isOwner) return { what, state: 'ok', detail: 'does not own the tables' }
  const remedy =
    'right for trying out and for migrations; give API and workers a role that cannot change tables ' +
    '(DATABASE_APP_ROLE, see docs/hardening.md)'
  return { what, state: 'warning', detail: 'owns the tables', remedy }
}

function postgresRemedy(error: unknown): string {
  const insufficientPrivilege = '42501'
  if ((error as { code?: unknown }).code === insufficientPrivilege)
    return 'migrate as the owner of the tables, with the name of this account in DATABASE_APP_ROLE'
  return tlsRemedy(error, 'DATABASE') ?? 'start Postgres and check DATABASE_URL'
}

async function checkPostgres(settings: DoctorSettings): Promise<Finding[]> {
  const { DATABASE_URL } = settings
  const { database: certificates } = certificatesOf(settings)
  const protection = checkProtection('Postgres', protectionOfDatabase(DATABASE_URL, { database: certificates }))
  const sql = connect(DATABASE_URL, { max: 1, statementTimeoutMs: 5_000, certificates })
  try {
    const sentAt = Date.now()
    const [row] = await sql<{ now: Date; version: string }[]>`
      select clock_timestamp() as now, current_setting('server_version') as version`
    const skewMs = Math.round(row!.now.getTime() - (sentAt + Date.now()) / 2)
    const { applied, known } = await migrationState(DATABASE_URL, certificates)
    const isOwner = await ownsTables(sql)
    return [
      isRecent('PostgreSQL', row!.version)
        ? { what: 'Postgres', state: 'ok', detail: `version ${row!.version}` }
        : {
            what: 'Postgres',
            state: 'failed',
            detail: `version ${row!.version}`,
            remedy: `use PostgreSQL ${oldest.PostgreSQL} or newer`,
          },
      applied === known
        ? { what: 'Migrations', state: 'ok', detail: `${applied} of ${known} applied` }
        : {
            what: 'Migrations',
            state: 'failed',
            detail: `${applied} of ${known} applied`,
            remedy: 'run ./ringback migrate',
          },
      Math.abs(skewMs) <= mostSkewMs
        ? { what: 'Clock', state: 'ok', detail: `${skewMs} ms from Postgres` }
        : {
            what: 'Clock',
            state: 'warning',
            detail: `${skewMs} ms from Postgres`,
            remedy:
              'synchronise this machine (NTP); Ringback goes by the clock of Postgres, BullMQ by that of the machine',
          },
      checkAccount(isOwner),
      protection,
    ]
  } catch (error) {
    return [{ what: 'Postgres', state: 'failed', detail: reasonOf(error), remedy: postgresRemedy(error) }, protection]
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Whether the API would read from the standby, as the API itself looks at it. */
async function checkStandby(settings: DoctorSettings): Promise<Finding[]> {
  const { DATABASE_URL, DATABASE_READ_URL, DATABASE_READ_MAX_LAG_SECONDS: maxLagSeconds } = settings
  if (DATABASE_READ_URL === undefined) return []
  const certificates = certificatesOf(settings)
  const protection = protectionOfDatabase(DATABASE_READ_URL, certificates)
  const open = (url: string) => connect(url, { max: 1, statementTimeoutMs: 2_000, certificates: certificates.database })
  const [primary, standby] = [open(DATABASE_URL), open(DATABASE_READ_URL)]
  const log = createLogger('doctor', 'silent')
  const watch = watchStandby({ primary, standby, maxLagMs: maxLagSeconds * 1_000, log })
  const until = performance.now() + standbyFollowsWithinMs
  while (!watch.state().isUsed && performance.now() < until) await delay(standbyLookMs)
  const state = watch.state()
  await watch.stop()
  await Promise.all([primary.end({ timeout: 1 }), standby.end({ timeout: 1 })])
  const remedy = 'see to it, or take DATABASE_READ_URL away; meanwhile the primary answers for it'
  return [
    state.isUsed
      ? { what: 'Standby', state: 'ok', detail: `${Math.round(state.agoMs)} ms behind the primary at the most` }
      : { what: 'Standby', state: 'warning', detail: state.why, remedy },
    checkProtection('Standby', protection),
  ]
}

async function checkRedis(settings: DoctorSettings): Promise<Finding[]> {
  const { REDIS_URL } = settings
  const protection = checkProtection('Redis', protectionOfRedis(REDIS_URL))
  const redis = connectRedis(
    REDIS_URL,
    { ...impatient, lazyConnect: true, retryStrategy: null },
    createLogger('doctor', 'silent'),
    certificatesOf(settings).redis,
  )
  try {
    // A cluster that is not whole goes away without answering.
    await Promise.race([redis.connect(), once(redis, 'end').then(() => Promise.reject(new Error('not whole')))])
    const servers = serversOf(redis)
    const where = ({ options }: Redis) => (servers.length > 1 ? ` at ${options.host}:${options.port}` : '')
    const findings = await Promise.all(servers.map(async (it) => checkRedisServer(await it.info(), where(it))))
    return [...findings.flat(), protection]
  } catch (error) {
    const remedy = tlsRemedy(error, 'REDIS') ?? 'start Redis and check REDIS_URL'
    return [{ what: 'Redis', state: 'failed', detail: reasonOf(error), remedy }, protection]
  } finally {
    redis.disconnect()
  }
}

function checkRedisServer(info: string, where: string): Finding[] {
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim()
  const policy = field('maxmemory_policy')
  const persists = field('aof_enabled') === '1'
  const version = field('valkey_version') ?? field('redis_version') ?? 'unknown'
  const detail = `version ${version}${where}`
  return [
    isRecent('Redis', version)
      ? { what: 'Redis', state: 'ok', detail }
      : { what: 'Redis', state: 'failed', detail, remedy: `use Redis ${oldest.Redis} or newer, or Valkey` },
    policy === 'noeviction'
      ? { what: 'Redis memory', state: 'ok', detail: 'maxmemory-policy noeviction' }
      : {
          what: 'Redis memory',
          state: 'failed',
          detail: `maxmemory-policy ${policy}`,
          remedy: 'set maxmemory-policy noeviction, or Redis throws jobs away when it is full',
        },
    persists
      ? { what: 'Redis persistence', state: 'ok', detail: 'append-only file' }
      : {
          what: 'Redis persistence',
          state: 'warning',
          detail: 'no append-only file',
          remedy: 'set appendonly yes; without it a restart loses the jobs under way, which the next tick finds again',
        },
  ]
}

async function checkPort({ API_HOST, API_PORT }: DoctorSettings): Promise<Finding> {
  const what = 'API port'
  const server = createServer()
  const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve)
    server.listen(API_PORT, API_HOST, () => server.close(() => resolve(undefined)))
  })
  if (!problem) return { what, state: 'ok', detail: `${API_HOST}:${API_PORT} is free` }
  const detail = `${API_HOST}:${API_PORT} ${problem.code === 'EADDRINUSE' ? 'is taken, maybe by a running API' : problem.code}`
  return { what, state: 'warning', detail, remedy: 'set API_PORT (or API_HOST) to one that is free' }
}

function reasonOf(error: unknown): string {
  const { reason, message, code } = error as NodeJS.ErrnoException & { reason?: string }
  return reason || message || code || 'no answer' // What OpenSSL writes of its insides is in the message alone.
}

const marks = { ok: styleText('green', '✓'), warning: styleText('yellow', '!'), failed: styleText('red', '✗') }

function print({ what, state, detail, remedy }: Finding): void {
  console.log(`${marks[state]} ${what.padEnd(18)} ${detail}${remedy ? `\n${' '.repeat(21)}→ ${remedy}` : ''}`)
}

/** `./ringback doctor`: checks what Ringback stands on, and says for each failure what to do. */
try {
  const settings = readSettings(doctorSettings, process.env)
  const [postgres, standby, redis, port] = await Promise.all([
    checkPostgres(settings),
    checkStandby(settings),
    checkRedis(settings),
    checkPort(settings),
  ])
  const findings = [checkNode(), ...postgres, ...standby, ...redis, port]
  findings.forEach(print)
  if (findings.some((finding) => finding.state === 'failed')) process.exitCode = 1
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
