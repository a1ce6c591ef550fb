import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PostgresBinaries, runPostgresTool } from './postgres-binaries.ts'
import { readIfPresent } from './processes.ts'
import type { ServiceUser } from './service-user.ts'
import { StartError } from './start-error.ts'

/** A prepared cluster: its data directory and the password of its superuser. */
export type Cluster = { directory: string; password: string }

/** The superuser of a cluster, and the name of the database that it starts with. */
export const superuser = 'ringback'

/**
 * The cluster below `home`, made there when there is none: `cluster/` is its data, `password` its superuser's.
 *
 * It is prepared under another name and renamed when complete, so that a start which was killed leaves no half of one.
 *
 * @param durable whether to wait until the new files are safely on the disk
 * @throws when the data belongs to another major version of PostgreSQL
 */
export async function prepareCluster(
  home: string,
  binaries: PostgresBinaries,
  user: ServiceUser | undefined,
  durable: boolean,
): Promise<Cluster> {
  const directory = join(home, 'cluster')
  const passwordFile = join(home, 'password')
  if (existsSync(directory)) {
    assertSameVersion(directory, binaries)
    return { directory, password: readPassword(passwordFile) }
  }

  writeFileSync(passwordFile, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  const unfinished = `${directory}.new`
  rmSync(unfinished, { recursive: true, force: true })
  await initialise(unfinished, passwordFile, binaries, user, durable)
  renameSync(unfinished, directory)
  return { directory, password: readPassword(passwordFile) }
}

async function initialise(
  directory: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  user: ServiceUser | undefined,
  durable: boolean,
): Promise<void> {
  const settings = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', ...(durable ? [] : ['--no-sync'])]
  await runPostgresTool(
    binaries.initdb,
    ['-D', directory, `--username=${superuser}`, `--pwfile=${passwordFile}`, ...settings],
    user,
  )
  const single = ['--single', '-D', directory, ...(durable ? [] : ['-c', 'fsync=off']), 'postgres']
  await runPostgresTool(binaries.postgres, single, user, `create database ${superuser};\n`)
}

function assertSameVersion(directory: string, binaries: PostgresBinaries): void {
  const version = Number(readIfPresent(join(directory, 'PG_VERSION')))
  if (version === binaries.major) return
  throw new StartError(
    `the data in ${directory} is of PostgreSQL ${version}, and ${binaries.postgres} is version ${binaries.major}. ` +
      `Move it over with pg_dump and psql, or set RINGBACK_HOME to start with an empty directory`,
  )
}

function readPassword(file: string): string {
  const password = readIfPresent(file)?.trim()
  if (!password) throw new StartError(`the database's password is missing from ${file}`)
  return password
}
