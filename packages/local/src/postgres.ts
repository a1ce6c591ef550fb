import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { claimDataDirectory } from './data-lock.ts'
import { onFreePort } from './ports.ts'
import { findPostgres, type PostgresBinaries, postgresEnvironment } from './postgres-binaries.ts'
import { type Cluster, prepareCluster, superuser } from './postgres-cluster.ts'
import { readIfPresent } from './processes.ts'
import { serviceUser, type ServiceUser } from './service-user.ts'
import { type Service, spawnService, untilReady } from './service.ts'
import { makePrivateDirectory, makeTemporaryDirectory } from './state-directory.ts'
import { guardDirectory, releaseDirectory } from './watchdog.ts'

/** A running Postgres; `url` connects as its superuser to an empty database of its own. */
export type LocalPostgres = Pick<Service, 'pid' | 'exited' | 'stop'> & { url: string; port: number }

/**
 * - `dataDir`: where the data lies and stays, with full durability. Without it a temporary directory that is removed
 *   on `stop`, with every setting that trades durability for speed.
 * - `port`: a fixed one on 127.0.0.1; without it any free one.
 * - `log`: receives what the server prints, line by line; `notice` what the person should know: binaries being copied.
 */
export type PostgresOptions = {
  dataDir?: string
  port?: number
  log?: (line: string) => void
  notice?: (text: string) => void
}

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  timezone: 'UTC',
  // Details of a violated constraint quote the row, and with it names and phone numbers.
  log_error_verbosity: 'terse',
  log_statement: 'none',
}
const unsafeButFast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB' }

const startDeadlineMs = 60_000
const stopGraceMs = 5_000
const startAttempts = 5

/**
 * Starts a real Postgres on 127.0.0.1. It ends with this process, however this process ends; data in `dataDir`
 * survives that. As root it runs as an account of its own.
 *
 * @throws DataInUseError when a living Postgres works in `dataDir`; Error with the server's last lines when it does
 *   not start
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<LocalPostgres> {
  const { log } = options
  const user = serviceUser()
  const binaries = findPostgres(user, options.notice)
  const home = options.dataDir ?? makeTemporaryDirectory('ringback-postgres-', user)
  const temporary = options.dataDir === undefined
  if (temporary) guardDirectory(home)
  else makePrivateDirectory(home, user)

  try {
    const wasKilled = await claimDataDirectory(join(home, 'cluster/postmaster.pid'), (it) => it.includes(home))
    const cluster = await prepareCluster(home, binaries, user, !temporary)
    const start = (port: number): Promise<Service> => startServer({ binaries, cluster, user, temporary, port, log })
    const { service, port } = await onFreePort(options.port, async (candidate) => ({
      service: wasKilled ? await retrying(() => start(candidate)) : await start(candidate),
      port: candidate,
    }))
    const url = `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/${superuser}`
    const stop = (): Promise<void> => service.stop().then(() => (temporary ? removeTemporary(home) : undefined))
    return { url, port, pid: service.pid, exited: service.exited, stop }
  } catch (error) {
    if (temporary) removeTemporary(home)
    throw error
  }
}

type Launch = {
  binaries: PostgresBinaries
  cluster: Cluster
  user: ServiceUser | undefined
  temporary: boolean
  port: number
  log: ((line: string) => void) | undefined
}

async function startServer({ binaries, cluster, user, temporary, port, log }: Launch): Promise<Service> {
  const configuration = Object.entries({ ...settings, ...(temporary && unsafeButFast), port: String(port) })
  const service = spawnService({
    name: 'Postgres',
    command: binaries.postgres,
    args: ['-D', cluster.directory, ...configuration.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    env: postgresEnvironment,
    user,
    // Fast shutdown, or the immediate one when nobody will read the data again.
    stopSignal: temporary ? 'SIGQUIT' : 'SIGINT',
    graceMs: stopGraceMs,
    log,
  })
  await untilReady(service, () => acceptsConnections(cluster.directory, service.pid), startDeadlineMs)
  return service
}

// The server itself keeps this file: its process id in line 1, its state in line 8.
function acceptsConnections(directory: string, pid: number): boolean {
  const lines = readIfPresent(join(directory, 'postmaster.pid'))?.split('\n')
  return Number(lines?.[0]) === pid && lines?.[7]?.trim() === 'ready'
}

// The backends of a killed server hold its shared memory until they notice, and a new server refuses to start.
async function retrying<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start()
    } catch (error) {
      if (attempt === startAttempts) throw error
      await pause(500)
    }
  }
}

function removeTemporary(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  releaseDirectory(home)
}
