import { once } from 'node:events'
import {
  certificateSettings,
  certificatesOf,
  connectRedis,
  createLogger,
  impatient,
  readSettings,
  tlsRemedy,
} from '@ringback/core'
import { connect, type Certificates } from '@ringback/db'
import { StartError } from '@ringback/local'

const patienceMs = 5_000

/**
 * Makes sure that the servers that the environment names answer, before anything is built on them.
 *
 * @throws StartError with a line for each that does not; none holds a password
 */
export async function assertReachable(env: NodeJS.ProcessEnv): Promise<void> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = env
  const { database, redis } = certificatesOf(readSettings(certificateSettings, env))
  const problems = await Promise.all([
    databaseUrl && problemOf('DATABASE', 'Postgres', databaseUrl, askPostgres(databaseUrl, database)),
    redisUrl && problemOf('REDIS', 'Redis', redisUrl, askRedis(redisUrl, redis)),
  ])
  const lines = problems.filter((it): it is string => Boolean(it))
  if (lines.length > 0) throw new StartError(lines.join('\n'))
}

async function problemOf(
  prefix: 'DATABASE' | 'REDIS',
  server: string,
  url: string,
  answer: Promise<void>,
): Promise<string | undefined> {
  try {
    await answer
    return undefined
  } catch (error) {
    const { reason, message, code } = error as NodeJS.ErrnoException & { reason?: string }
    const remedy = tlsRemedy(error, prefix) ?? 'start it or correct the URL'
    return (
      `${prefix}_URL: no ${server} to work with at ${hostsOf(url)} (${reason || message || code || 'no answer'}). ` +
      `${remedy[0]!.toUpperCase()}${remedy.slice(1)}; without ${prefix}_URL npm start brings its own`
    )
  }
}

async function askPostgres(url: string, certificates: Certificates): Promise<void> {
  const sql = connect(url, { max: 1, statementTimeoutMs: patienceMs, certificates })
  try {
    await inTime(sql`select 1`)
  } finally {
    await sql.end({ timeout: 0 })
  }
}

async function askRedis(url: string, certificates: Certificates): Promise<void> {
  const patience = { ...impatient, lazyConnect: true, retryStrategy: null, commandTimeout: patienceMs }
  const redis = connectRedis(url, patience, createLogger('start', 'silent'), certificates)
  // A cluster that is not whole goes away without answering.
  const gone = once(redis, 'end').then(() => Promise.reject(new Error('not whole')))
  try {
    await inTime(Promise.race([redis.connect().then(() => redis.ping()), gone]))
  } finally {
    gone.catch(() => {})
    redis.disconnect()
  }
}

async function inTime(work: PromiseLike<unknown>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('no answer')), patienceMs)
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The part of the URL that says where, and not who. */
function hostsOf(url: string): string {
  return /^[\w+]+:\/\/(?:.*@)?([^/?#]*)/.exec(url)?.[1] || 'the default address'
}
