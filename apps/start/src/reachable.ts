import { once } from 'node:events'
import { connectRedis, createLogger, impatient } from '@ringback/core'
import { connect } from '@ringback/db'
import { StartError } from '@ringback/local'

const patienceMs = 5_000

/**
 * Makes sure that the servers that the environment names answer, before anything is built on them.
 *
 * @throws StartError with a line for each that does not; none holds a password
 */
export async function assertReachable(env: NodeJS.ProcessEnv): Promise<void> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = env
  const problems = await Promise.all([
    databaseUrl && problemOf('DATABASE_URL', databaseUrl, 'Postgres', askPostgres),
    redisUrl && problemOf('REDIS_URL', redisUrl, 'Redis', askRedis),
  ])
  const lines = problems.filter((it): it is string => Boolean(it))
  if (lines.length > 0) throw new StartError(lines.join('\n'))
}

async function problemOf(
  variable: string,
  url: string,
  server: string,
  ask: (url: string) => Promise<void>,
): Promise<string | undefined> {
  try {
    await ask(url)
    return undefined
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    return (
      `${variable}: no ${server} to work with at ${hostsOf(url)} (${message || code || 'no answer'}). ` +
      `Start it or correct the URL; without ${variable} npm start brings its own`
    )
  }
}

async function askPostgres(url: string): Promise<void> {
  const sql = connect(url, { max: 1, statementTimeoutMs: patienceMs })
  try {
    await inTime(sql`select 1`)
  } finally {
    await sql.end({ timeout: 0 })
  }
}

async function askRedis(url: string): Promise<void> {
  const patience = { ...impatient, lazyConnect: true, retryStrategy: null, commandTimeout: patienceMs }
  const redis = connectRedis(url, patience, createLogger('start', 'silent'))
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
