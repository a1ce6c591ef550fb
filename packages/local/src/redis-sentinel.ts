import { chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onFreePort } from './ports.ts'
import { ensureRedisServer } from './redis-server.ts'
import { answersPing, type LocalRedis } from './redis.ts'
import { serviceUser } from './service-user.ts'
import { spawnService, untilReady } from './service.ts'
import { makeTemporaryDirectory } from './state-directory.ts'
import { guardDirectory, releaseDirectory } from './watchdog.ts'

/**
 * - `master`: whom to watch, under the name `masterName`. Its password is that of its replicas and of all sentinels.
 * - `quorum`: how many sentinels must miss the master before another server takes its place.
 * - `downAfterMs`: how long it must be silent to be missed.
 * - `settings`: more lines of its configuration, such as `tls-port 26380`.
 */
export type RedisSentinelOptions = {
  master: Pick<LocalRedis, 'url' | 'port'>
  masterName: string
  quorum: number
  downAfterMs: number
  settings?: string[]
}

const startDeadlineMs = 30_000
const stopGraceMs = 5_000

/** Starts a Redis Sentinel on a free port of 127.0.0.1. It ends with this process, and keeps nothing. */
export async function startRedisSentinel(options: RedisSentinelOptions): Promise<LocalRedis> {
  const command = await ensureRedisServer()
  const user = serviceUser()
  const home = makeTemporaryDirectory('ringback-sentinel-', user)
  guardDirectory(home)
  const remove = (): void => {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    releaseDirectory(home)
  }
  const { password } = new URL(options.master.url)

  const start = async (port: number): Promise<LocalRedis> => {
    // A sentinel writes into its configuration what it learns, so that has to be a file of its own.
    const file = join(home, 'sentinel.conf')
    writeFileSync(file, configuration(port, password, options), { mode: 0o600 })
    if (user) chownSync(file, user.uid, user.gid)
    const service = spawnService({
      name: 'Redis Sentinel',
      command,
      args: [file, '--sentinel'],
      cwd: home,
      user,
      stopSignal: 'SIGTERM',
      graceMs: stopGraceMs,
    })
    await untilReady(service, () => answersPing(port, password), startDeadlineMs)
    const url = `redis://:${password}@127.0.0.1:${port}`
    return { url, port, pid: service.pid, exited: service.exited, stop: () => service.stop().then(remove) }
  }

  try {
    return await onFreePort(undefined, start)
  } catch (error) {
    remove()
    throw error
  }
}

function configuration(
  port: number,
  password: string,
  { master, masterName, quorum, downAfterMs, settings = [] }: RedisSentinelOptions,
): string {
  return `bind 127.0.0.1
port ${port}
requirepass ${password}
dir .
sentinel sentinel-pass ${password}
sentinel monitor ${masterName} 127.0.0.1 ${master.port} ${quorum}
sentinel auth-pass ${masterName} ${password}
sentinel down-after-milliseconds ${masterName} ${downAfterMs}
sentinel failover-timeout ${masterName} ${downAfterMs * 5}
${settings.join('\n')}
`
}
