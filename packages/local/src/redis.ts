import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { claimDataDirectory } from './data-lock.ts'
import { onFreePort } from './ports.ts'
import { ensureRedisServer } from './redis-server.ts'
import { serviceUser } from './service-user.ts'
import { type Service, spawnService, untilReady } from './service.ts'
import { makePrivateDirectory, makeTemporaryDirectory } from './state-directory.ts'
import { guardDirectory, releaseDirectory } from './watchdog.ts'

/** A running Redis; `url` holds its password. */
export type LocalRedis = Pick<Service, 'pid' | 'exited' | 'stop'> & { url: string; port: number }

/**
 * - `dataDir`: where its append-only file lies and stays, written out every second. Without it nothing is kept.
 * - `port`: a fixed one on 127.0.0.1; without it any free one.
 * - `password`: that of an earlier start, so that clients find their way back; without it a new one.
 * - `args`: more of its command line, such as `['--maxclients', '20']`.
 * - `log`: receives what the server prints, line by line; `notice` what the person should know: a package being
 *   installed.
 */
export type RedisOptions = {
  dataDir?: string
  port?: number
  password?: string
  args?: string[]
  log?: (line: string) => void
  notice?: (text: string) => void
}

const startDeadlineMs = 60_000
const stopGraceMs = 5_000

/**
 * Starts a real Redis (or Valkey) on 127.0.0.1, with `maxmemory-policy noeviction`. It ends with this process, however
 * this process ends. As root it runs as the account that runs Postgres.
 *
 * @throws DataInUseError when a living Redis works in `dataDir`; Error when there is no Redis or it does not start
 */
export async function startRedis(options: RedisOptions = {}): Promise<LocalRedis> {
  const command = await ensureRedisServer(options.notice)
  const user = serviceUser()
  const temporary = options.dataDir === undefined
  const home = options.dataDir ?? makeTemporaryDirectory('ringback-redis-', user)
  if (temporary) guardDirectory(home)
  else makePrivateDirectory(home, user)
  const remove = (): void => {
    if (!temporary) return
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    releaseDirectory(home)
  }

  const password = options.password ?? randomBytes(18).toString('hex')
  const start = async (port: number): Promise<{ service: Service; port: number }> => {
    const service = spawnService({
      name: 'Redis',
      command,
      // Its configuration comes from stdin: a password among the arguments could be read by everybody.
      args: [...(options.args ?? []), '-'],
      input: configuration(port, password, temporary),
      cwd: home,
      user,
      stopSignal: 'SIGTERM',
      graceMs: stopGraceMs,
      log: options.log,
    })
    await untilReady(service, () => answersPing(port, password), startDeadlineMs)
    return { service, port }
  }

  try {
    await claimDataDirectory(join(home, 'redis.pid'), (it) => /(redis|valkey)-server/.test(it))
    const { service, port } = await onFreePort(options.port, start)
    // With a name, for redis-cli takes an empty one for a user's.
    const url = `redis://default:${password}@127.0.0.1:${port}`
    return { url, port, pid: service.pid, exited: service.exited, stop: () => service.stop().then(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

function configuration(port: number, password: string, temporary: boolean): string {
  return `bind 127.0.0.1
port ${port}
requirepass ${password}
masterauth ${password}
daemonize no
dir .
pidfile redis.pid
maxmemory-policy noeviction
save ""
appendonly ${temporary ? 'no' : 'yes'}
appendfsync everysec
`
}

/** Whether a Redis answers on this port. While it reads its file back in, it answers PING with an error. */
export function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    const finish = (ready: boolean): void => {
      socket.destroy()
      resolve(ready)
    }
    socket.setTimeout(1_000, () => finish(false))
    socket.once('error', () => finish(false))
    socket.once('close', () => finish(false))
    socket.on('data', (chunk) => {
      answer += String(chunk)
      if (answer.split('\r\n').length > 2) finish(answer.includes('+PONG'))
    })
    socket.write(`AUTH ${password}\r\nPING\r\n`)
  })
}
