import { setTimeout as pause } from 'node:timers/promises'
import { startApp, type AppProcess } from '@ringback/testing/processes'
import { startProxy, type Proxy } from '@ringback/testing/proxy'

export interface AppPlan {
  kind: 'api' | 'worker'
  databaseUrl: string
  redisUrl: string
  redisPrefix: string
  env: Record<string, string>
  onLine: (line: string) => void
}

/**
 * A process of Ringback with a proxy of its own to Postgres and to Redis. Like any supervisor, it starts the process
 * again when it ends without having been told to.
 */
export interface App {
  kind: 'api' | 'worker'
  pid: number
  /** To a Redis of several nodes there is none: its clients go where the nodes tell them to. */
  proxies: { postgres: Proxy; redis?: Proxy }
  /** Kills the process outright; its supervisor starts it again. Returns when it is at work. */
  kill(): Promise<void>
  /** Asks the process to end. Returns its exit code and how long that took, in milliseconds. */
  stop(): Promise<{ code: number | null; tookMs: number }>
  /** Starts a process that was stopped, with more in its environment if need be. */
  start(env?: Record<string, string>): Promise<void>
  close(): Promise<void>
}

const startsAgainAfterMs = 200
const startedMessage = { api: 'api listens', worker: 'worker started' }

export async function openApp({ kind, databaseUrl, redisUrl, redisPrefix, env, onLine }: AppPlan): Promise<App> {
  const postgres = await startProxy(Number(new URL(databaseUrl).port))
  const redis = redisUrl.startsWith('redis://') ? await startProxy(Number(new URL(redisUrl).port)) : undefined
  const place = {
    databaseUrl: through(databaseUrl, postgres),
    redisUrl: redis ? through(redisUrl, redis) : redisUrl,
    redisPrefix,
  }
  let process: AppProcess
  let isWanted = true
  let starting: Promise<void>

  async function start(more: Record<string, string> = {}): Promise<void> {
    isWanted = true
    const started = await startApp(place, kind, startedMessage[kind], { ...env, ...more }, onLine)
    process = started
    void started.exited.then(() => {
      const isUnexpected = isWanted && process === started
      return isUnexpected ? (starting = pause(startsAgainAfterMs).then(() => start(more))) : undefined
    })
  }
  const closeProxies = () => Promise.all([postgres.close(), redis?.close()])
  starting = start()
  try {
    await starting
  } catch (error) {
    await closeProxies()
    throw error
  }

  return {
    kind,
    proxies: { postgres, ...(redis && { redis }) },
    get pid() {
      return process.pid
    },
    async kill() {
      await process.kill()
      await starting
    },
    async stop() {
      isWanted = false
      const before = performance.now()
      const code = await process.stop()
      return { code, tookMs: performance.now() - before }
    },
    start: (more) => (starting = start(more)),
    async close() {
      isWanted = false
      await starting
      await process.kill()
      await closeProxies()
    },
  }
}

/** The same place, reached through a proxy. */
export function through(url: string, proxy: Proxy): string {
  const changed = new URL(url)
  changed.port = String(proxy.port)
  return changed.href
}
