import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, migrate } from '@ringback/db'
import { freePort, startPostgres, startRedis, type LocalPostgres, type LocalRedis } from '@ringback/local'
import { SignJWT } from 'jose'
import type postgres from 'postgres'
import { startApp, type AppProcess } from '../setup/index.ts'
import { startProxy, type Proxy } from './proxy.ts'

const secret = 'the secret of a world that is broken on purpose'
const workerCount = 3

/** A whole Ringback of real processes, with a proxy in front of Postgres and Redis, to be broken. */
export interface World {
  postgres: { server: LocalPostgres; proxy: Proxy; restart(): Promise<void> }
  redis: { server: LocalRedis; proxy: Proxy; restart(): Promise<void> }
  workers: AppProcess[]
  apiUrl: string
  /** Looks at the truth without going through a proxy. */
  sql: postgres.Sql
  token(claims: { role: string; agentId?: number }): Promise<string>
  /** Kills a worker and starts another one in its place. */
  replaceWorker(index: number): Promise<void>
  replaceApi(): Promise<void>
  close(): Promise<void>
}

export async function startWorld(): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'ringback-faults-'))
  await chmod(home, 0o711) // The account that runs the servers must get through.
  const postgresOptions = { dataDir: join(home, 'postgres') }
  const redisOptions = { dataDir: join(home, 'redis') }
  let postgresServer = await startPostgres(postgresOptions)
  let redisServer = await startRedis(redisOptions)
  await migrate(postgresServer.url)
  const postgresProxy = await startProxy(postgresServer.port)
  const redisProxy = await startProxy(redisServer.port)
  const apiPort = await freePort()
  let sql = connect(postgresServer.url, { max: 2 })

  const place = {
    databaseUrl: through(postgresServer.url, postgresProxy),
    redisUrl: through(redisServer.url, redisProxy),
    redisPrefix: '{faults}',
  }
  const env = {
    API_PORT: String(apiPort),
    AUTH_JWT_SECRET: secret,
    AGENT_TIMEOUT_SECONDS: '20',
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'info',
  }
  const startWorker = () => startApp(place, 'worker', 'worker started', env)
  const startApi = () => startApp(place, 'api', 'api listens', env)
  let api = await startApi()
  const workers = await Promise.all(Array.from({ length: workerCount }, startWorker))

  return {
    postgres: {
      get server() {
        return postgresServer
      },
      proxy: postgresProxy,
      async restart() {
        process.kill(postgresServer.pid, 'SIGQUIT') // Stops at once, as a crash would.
        await postgresServer.exited
        postgresServer = await startPostgres(postgresOptions)
        postgresProxy.setTarget(postgresServer.port)
        await sql.end({ timeout: 1 })
        sql = connect(postgresServer.url, { max: 2 })
      },
    },
    redis: {
      get server() {
        return redisServer
      },
      proxy: redisProxy,
      async restart() {
        process.kill(redisServer.pid, 'SIGKILL')
        await redisServer.exited
        redisServer = await startRedis({ ...redisOptions, password: new URL(redisServer.url).password })
        redisProxy.setTarget(redisServer.port)
      },
    },
    workers,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    get sql() {
      return sql
    },
    token: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('2h')
        .sign(new TextEncoder().encode(secret)),
    async replaceWorker(index) {
      await workers[index]!.kill()
      workers[index] = await startWorker()
    },
    async replaceApi() {
      await api.kill()
      api = await startApi()
    },
    async close() {
      await Promise.all([api, ...workers].map((process) => process.kill()))
      await sql.end({ timeout: 1 })
      await Promise.all([postgresProxy.close(), redisProxy.close()])
      await Promise.all([postgresServer.stop(), redisServer.stop()])
      await rm(home, { recursive: true, force: true })
    },
  }
}

function through(url: string, proxy: Proxy): string {
  const changed = new URL(url)
  changed.port = String(proxy.port)
  return changed.href
}
