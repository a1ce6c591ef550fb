import { join } from 'node:path'
import { keepAlive, type Life } from './keep-alive.ts'
import { type LocalPostgres, startPostgres } from './postgres.ts'
import { type LocalRedis, startRedis } from './redis.ts'

/** Where Postgres and Redis are to be found; `stop` ends those that were started here, and no others. */
export type Services = {
  databaseUrl: string
  redisUrl: string
  stop(): Promise<void>
}

export type ServiceName = 'postgres' | 'redis'

/**
 * - `dataDir`: where their data stays, in one directory for each; without it nothing is kept.
 * - `log`: receives what the servers print; `notice` what the person should know of long steps and of deaths.
 * - `onLife`: gets the process of each that was started here, and undefined when it died.
 */
export type ServicesOptions = {
  dataDir?: string
  log?: (service: ServiceName, line: string) => void
  notice?: (text: string) => void
  onLife?: (service: ServiceName, pid: number | undefined) => void
}

type Server = Pick<Life, 'stop'> & { url: string }

/**
 * Postgres and Redis: those that DATABASE_URL and REDIS_URL name, and for whichever is not named one of our own. With a
 * `dataDir` one of ours that dies is started again, at the same address and on its data; without one its death is its end.
 *
 * @throws when one of them cannot be started; the other one has been stopped then
 */
export async function startServices(env: NodeJS.ProcessEnv, options: ServicesOptions = {}): Promise<Services> {
  const [postgres, redis] = await bothOrNeither(
    given(env['DATABASE_URL']) ?? ownPostgres(options),
    given(env['REDIS_URL']) ?? ownRedis(options),
  )
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    stop: async () => {
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

async function ownPostgres(options: ServicesOptions): Promise<Server> {
  const start = (port?: number): Promise<LocalPostgres> =>
    startPostgres({ ...optionsOf('postgres', options), ...(port !== undefined && { port }) })
  const first = await start()
  return kept('postgres', 'Postgres', first, () => start(first.port), options)
}

async function ownRedis(options: ServicesOptions): Promise<Server> {
  const start = (earlier?: { port: number; password: string }): Promise<LocalRedis> =>
    startRedis({ ...optionsOf('redis', options), ...earlier })
  const first = await start()
  const { port } = first
  const { password } = new URL(first.url)
  return kept('redis', 'Redis', first, () => start({ port, password }), options)
}

function kept<T extends Life & { url: string }>(
  service: ServiceName,
  name: string,
  first: T,
  start: () => Promise<T>,
  { dataDir, notice = () => {}, onLife }: ServicesOptions,
): Server {
  if (dataDir === undefined) return first
  const { stop } = keepAlive({ name, first, start, notice, onLife: (pid) => onLife?.(service, pid) })
  return { url: first.url, stop }
}

function optionsOf(service: ServiceName, { dataDir, log, notice }: ServicesOptions) {
  return {
    ...(dataDir !== undefined && { dataDir: join(dataDir, service) }),
    ...(log && { log: (line: string) => log(service, line) }),
    ...(notice && { notice }),
  }
}

function given(url: string | undefined): Server | undefined {
  return url ? { url, stop: () => Promise.resolve() } : undefined
}

async function bothOrNeither(one: Server | Promise<Server>, two: Server | Promise<Server>): Promise<[Server, Server]> {
  const [first, second] = await Promise.allSettled([one, two])
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value]
  for (const settled of [first, second]) if (settled.status === 'fulfilled') await settled.value.stop()
  throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason
}
