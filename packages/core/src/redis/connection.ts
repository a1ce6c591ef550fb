import { isIP } from 'node:net'
import { verifiedTls, type Certificates, type TlsOptions } from '@ringback/db'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { Logger } from 'pino'
import { parseRedisUrl, type RedisPlace } from './url.ts'

/** A connection to one server, whoever it is that sentinels name, or to a cluster. */
export type RedisConnection = Redis | Cluster

/** How long a connection waits, and for what. */
export type RedisPatience = Pick<
  RedisOptions,
  | 'enableAutoPipelining'
  | 'enableOfflineQueue'
  | 'maxRetriesPerRequest'
  | 'commandTimeout'
  | 'connectTimeout'
  | 'lazyConnect'
  | 'retryStrategy'
>

/**
 * Options of a connection whose commands fail within a second when Redis is away, rather than wait for it. Commands of
 * the same moment go out together.
 */
export const impatient = {
  enableAutoPipelining: true,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  commandTimeout: 1_000,
  connectTimeout: 2_000,
} satisfies RedisPatience

/** Options of a worker's connection, which waits for Redis as long as it takes. */
export const patient = {
  maxRetriesPerRequest: null,
  connectTimeout: 2_000,
} satisfies RedisPatience

const backoffMs = (attempt: number) => Math.min(50 * 2 ** attempt, 1_000) * (0.5 + Math.random() / 2)
const sentinelTimeoutMs = 1_000
const sentinelRetryMs = 500
/** What a node of a cluster that hangs does not tell, others do. */
const slotsRefreshMs = 5_000
const redirectionsOfTheImpatient = 3

/**
 * Opens a connection to where the URL says (see `parseRedisUrl`). The errors of a server are logged when they change, not
 * once a retry.
 *
 * @param certificates for `rediss`: chain and host name of every server are checked
 */
export function connectRedis(
  url: string,
  patience: RedisPatience,
  log: Logger,
  certificates?: Certificates,
): RedisConnection {
  const place = parseRedisUrl(url)
  if (!place) throw new TypeError('not a URL of Redis')
  const options = { retryStrategy: backoffMs, ...patience, ...(place.isTls && { tls: verifiedTls(certificates) }) }
  const connection = open(place, { ...options, reconnectOnError: (error) => error.message.startsWith('READONLY') })
  logFailures(connection, log)
  return connection
}

/** Sends the commands of one turn of the loop in one write: written one by one, each costs a system call and wakes Redis. */
class GatheringRedis extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>) {
    const socket = this.stream as typeof this.stream | undefined
    if (socket?.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    return super.sendCommand(...args)
  }
}

type SharedOptions = RedisPatience & Pick<RedisOptions, 'reconnectOnError'> & { tls?: TlsOptions }

function open(place: RedisPlace, options: SharedOptions): RedisConnection {
  switch (place.kind) {
    case 'single':
      return new GatheringRedis(place.url, { ...options, ...named(place.host, options.tls) })
    case 'sentinel':
      return new GatheringRedis({
        ...options,
        ...place.access,
        sentinels: place.sentinels,
        name: place.masterName,
        // A master that is cut off neither closes connections nor says that it is one no more; sentinels tell.
        failoverDetector: true,
        sentinelUsername: place.sentinelAccess.username,
        sentinelPassword: place.sentinelAccess.password,
        ...(options.tls && { sentinelTLS: options.tls }),
        enableTLSForSentinelMode: place.isTls,
        sentinelCommandTimeout: sentinelTimeoutMs,
        sentinelRetryStrategy: () => (options.retryStrategy === null ? null : sentinelRetryMs),
      })
    case 'cluster':
      return openCluster(place, options)
  }
}

/** Tells a proxy that serves several which of them is meant. */
function named(host: string, tls: TlsOptions | undefined) {
  return tls && isIP(host) === 0 ? { tls: { ...tls, servername: host } } : {}
}

function openCluster(
  { nodes, access }: RedisPlace & { kind: 'cluster' },
  { enableOfflineQueue, lazyConnect, retryStrategy, ...redisOptions }: SharedOptions,
): Cluster {
  return new Cluster(nodes, {
    // Certificates have names: an address in place of one would be in none of them.
    ...(redisOptions.tls && { dnsLookup: (host, answer) => answer(null, host) }),
    enableOfflineQueue,
    lazyConnect,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshInterval: slotsRefreshMs,
    // A second at most, and for ever: what `maxRetriesPerRequest` is to a single server.
    maxRedirections: redisOptions.maxRetriesPerRequest === null ? Infinity : redirectionsOfTheImpatient,
    // A pipeline may meet keys that have moved; its commands are not sent again one by one.
    redisOptions: { ...redisOptions, ...access, enableAutoPipelining: false },
  })
}

function logFailures(connection: RedisConnection, log: Logger): void {
  const reasons = new Map<string, string>()
  const fails = (server: string, { message }: Error) => {
    if (reasons.get(server) !== message) log.warn({ reason: message }, 'redis connection failed')
    reasons.set(server, message)
  }
  const isBack = (server: string) => {
    if (reasons.delete(server)) log.info('redis connection is back')
  }
  connection.on('error', (error: Error) => fails('', error))
  connection.on('ready', () => isBack(''))
  if (connection instanceof Cluster) {
    connection.on('node error', (error: Error, server: string) => fails(server, error))
    connection.on('+node', (node: Redis) => node.on('ready', () => isBack(`${node.options.host}:${node.options.port}`)))
  }
}

/** Every server that may hold keys: the masters of a cluster, or the one there is. */
export function serversOf(connection: RedisConnection): Redis[] {
  return connection instanceof Cluster ? connection.nodes('master') : [connection]
}
