import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@ringback/db'
import { freePort } from '@ringback/local'
import { startProxy, type Network } from '@ringback/testing/proxy'
import { startRedisCluster, type RedisCluster } from '@ringback/testing/redis-cluster'
import { SignJWT } from 'jose'
import postgres from 'postgres'
import { openApp, through, type App } from './app.ts'
import { startSentinel, type RedisSentinel } from './redis-sentinel.ts'
import { openPostgres, openRedis, type DatabaseServer, type RedisServer } from './servers.ts'

const workerCount = 3
const secret = 'the secret of a world that is broken on purpose'
/** What an API and a worker of a world have as their settings, beside where they find what. */
export const worldSettings = {
  AUTH_JWT_SECRET: secret,
  RATE_LIMIT_PER_MINUTE: '0',
  // Its few customers are promised more than people are.
  OPEN_CALLBACKS_PER_USER: '0',
  AUTH_FAILURES_PER_MINUTE: '0',
  LOG_LEVEL: 'info',
  WEBHOOK_ALLOW_PRIVATE: '1',
}
/** What customers are told apart by, and what must never show in a log or a refusal. */
export const canaries = { phone: '+1 202 555 0147', reason: 'canary reason 5f2c' }

export const redisPrefix = '{faults}'

export interface WorldOptions {
  /** How long an agent may be silent. Long, so that no outage makes an agent who is at work look lost. */
  agentTimeoutSeconds?: number
  /** `single` when left out. */
  redis?: 'single' | 'cluster' | 'sentinel'
  /** Puts all data on a disk of this size, in MiB. Needs the right to mount one. */
  diskMiB?: number
}

/** A whole Ringback of real processes, each with a proxy in front of Postgres and Redis, to be broken. */
export interface World {
  /** The one at work. */
  postgres: DatabaseServer
  /** The Redis that was asked for; to ask for another one is a mistake. */
  redis: RedisServer
  cluster: RedisCluster
  sentinel: RedisSentinel
  api: App
  workers: App[]
  /** The API and the workers. */
  apps: App[]
  apiUrl: string
  /** Where all data lies. */
  home: string
  /** Looks at the truth through a proxy that breaks nothing. */
  sql: postgres.Sql
  token(claims: { role: string; agentId?: number }): Promise<string>
  /** What lies between all processes and a server from now on. */
  setNetwork(server: 'postgres' | 'redis', network: Network): void
  /** Has everybody talk to another Postgres from now on. The world closes it. */
  replacePostgres(next: DatabaseServer): void
  /** How many log lines showed a secret. */
  leaks(): number
  close(): Promise<void>
}

export async function startWorld({
  agentTimeoutSeconds = 60,
  diskMiB,
  redis: kind = 'single',
}: WorldOptions = {}): Promise<World> {
  await using opened = new AsyncDisposableStack()
  const home = await mkdtemp(join(tmpdir(), 'ringback-faults-'))
  opened.defer(() => rm(home, { recursive: true, force: true, maxRetries: 10 }))
  if (diskMiB) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'ringback-faults', home])
    opened.defer(() => void execFileSync('umount', [home]))
  }
  await chmod(home, 0o711) // The account that runs the servers must get through.
  let database = await openPostgres(join(home, 'postgres'))
  opened.defer(() => database.close())
  const redis = opened.adopt(await openAnyRedis(kind, home), (servers) => servers.close())
  await migrate(database.url)
  const truth = opened.adopt(await startProxy(portOf(database)), (proxy) => proxy.close())
  const sql = opened.adopt(
    postgres(through(database.url, truth), {
      max: 3,
      connect_timeout: 60,
      onnotice: () => {},
      transform: postgres.camel,
    }),
    (client) => client.end({ timeout: 1 }),
  )

  const apiPort = await freePort()
  let leaked = 0
  const plan = {
    databaseUrl: database.url,
    redisUrl: redis.url,
    redisPrefix,
    env: {
      ...worldSettings,
      API_PORT: String(apiPort),
      AGENT_TIMEOUT_SECONDS: String(agentTimeoutSeconds),
    },
    onLine(line: string) {
      if (showsSecret(line)) leaked++
      if (line.includes('"msg":"request failed"')) console.error(line) // No request may fail: this one tells why.
    },
  }
  const opening = ['api' as const, ...Array.from({ length: workerCount }, () => 'worker' as const)].map((app) =>
    openApp({ kind: app, ...plan }),
  )
  // One that does not open is told of below; the others may still be on their way then.
  opened.defer(async () => {
    for (const result of await Promise.allSettled(opening))
      if (result.status === 'fulfilled') await result.value.close()
  })
  const apps = await Promise.all(opening)
  const [api, ...workers] = apps as [App, ...App[]]
  const closing = opened.move()

  return {
    get postgres() {
      return database
    },
    get redis() {
      return existing(redis.single)
    },
    get cluster() {
      return existing(redis.cluster)
    },
    get sentinel() {
      return existing(redis.sentinel)
    },
    api,
    workers,
    apps,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    home,
    sql,
    token: tokenMaker(),
    setNetwork(server, network) {
      for (const app of apps) app.proxies[server]?.set(network)
    },
    replacePostgres(next) {
      database = next
      for (const proxy of [truth, ...apps.map((app) => app.proxies.postgres)]) proxy.aim(portOf(next))
    },
    leaks: () => leaked,
    close: () => closing.disposeAsync(),
  }
}

/** Whether a line of a log shows what it must not. */
export function showsSecret(line: string): boolean {
  return line.includes(canaries.phone) || line.includes(canaries.reason) || line.includes(secret)
}

/** Makes tokens that the APIs of a world take, each for another client. */
export function tokenMaker(): World['token'] {
  let clients = 0
  return (claims) =>
    new SignJWT(claims)
      .setSubject(`client ${++clients}`)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('11h') // An API whose clock is late takes it for longer.
      .sign(new TextEncoder().encode(secret))
}

function portOf({ url }: DatabaseServer): number {
  return Number(new URL(url).port)
}

interface AnyRedis {
  url: string
  close(): Promise<void>
  single?: RedisServer
  cluster?: RedisCluster
  sentinel?: RedisSentinel
}

async function openAnyRedis(kind: NonNullable<WorldOptions['redis']>, home: string): Promise<AnyRedis> {
  switch (kind) {
    case 'single': {
      const single = await openRedis(join(home, 'redis'))
      return { url: single.url, close: () => single.close(), single }
    }
    case 'cluster': {
      const cluster = await startRedisCluster(redisPrefix)
      return { url: cluster.url, close: () => cluster.stop(), cluster }
    }
    case 'sentinel': {
      const sentinel = await startSentinel()
      return { url: sentinel.url, close: () => sentinel.stop(), sentinel }
    }
  }
}

function existing<T>(server: T | undefined): T {
  if (server === undefined) throw new Error('This world has another kind of Redis')
  return server
}
