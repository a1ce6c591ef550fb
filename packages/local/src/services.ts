import { join } from 'node:path'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'
import { describeExit, type Service } from './service.ts'

/** Where Postgres and Redis are to be found; `stop` ends those that were started here, and no others. */
export type Services = {
  databaseUrl: string
  redisUrl: string
  /** Resolves with a sentence when one that was started here ends without having been told to. */
  failed: Promise<string>
  stop(): Promise<void>
}

/**
 * - `dataDir`: where their data stays, in one directory for each; without it nothing is kept.
 * - `log`: receives what the servers print; `notice` what the person should know of long steps.
 */
export type ServicesOptions = {
  dataDir?: string
  log?: (service: 'postgres' | 'redis', line: string) => void
  notice?: (text: string) => void
}

type Running = Pick<Service, 'exited' | 'stop'> & { url: string }

/**
 * Postgres and Redis: those that DATABASE_URL and REDIS_URL name, and for whichever is not named one of our own.
 *
 * @throws when one of them cannot be started; the other one has been stopped then
 */
export async function startServices(
  env: NodeJS.ProcessEnv,
  { dataDir, log, notice }: ServicesOptions = {},
): Promise<Services> {
  const optionsOf = (name: 'postgres' | 'redis') => ({
    ...(dataDir !== undefined && { dataDir: join(dataDir, name) }),
    ...(log && { log: (line: string) => log(name, line) }),
    ...(notice && { notice }),
  })
  const [postgres, redis] = await bothOrNeither(
    given(env['DATABASE_URL']) ?? startPostgres(optionsOf('postgres')),
    given(env['REDIS_URL']) ?? startRedis(optionsOf('redis')),
  )

  let stopping = false
  const failureOf = async (name: string, { exited }: Running): Promise<string> => {
    const exit = await exited
    return stopping ? never : `${name} ended (${describeExit(exit)})`
  }
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    failed: Promise.race([failureOf('Postgres', postgres), failureOf('Redis', redis)]),
    stop: async () => {
      stopping = true
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

const never = new Promise<never>(() => {})

function given(url: string | undefined): Running | undefined {
  return url ? { url, exited: never, stop: () => Promise.resolve() } : undefined
}

async function bothOrNeither(
  one: Running | Promise<Running>,
  two: Running | Promise<Running>,
): Promise<[Running, Running]> {
  const [first, second] = await Promise.allSettled([one, two])
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value]
  for (const settled of [first, second]) if (settled.status === 'fulfilled') await settled.value.stop()
  throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason
}
