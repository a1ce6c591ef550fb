import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import process from 'node:process'
import { systemDirectory } from './ledger.ts'
import { canEnter, type ServiceUser } from './service-user.ts'
import { StartError } from './start-error.ts'

/**
 * The directory for the services' data of one `home` (RINGBACK_HOME): `home` itself, or, when we are root and the
 * service account cannot enter it (a root home with mode 0700), a place of its own below /var/lib/ringback.
 * Once data lies in the second place it stays there, whatever becomes of the permissions of the first.
 *
 * @param notice is told of the second place before it is made
 * @throws when data already lies in `home` and the account can no longer reach it
 */
export function servicesDirectory(
  home: string,
  user: ServiceUser | undefined,
  notice: (text: string) => void = () => {},
): string {
  const own = resolve(home)
  if (!user) return own
  const elsewhere = directoryElsewhere(own)
  if (existsSync(elsewhere)) return elsewhere
  if (canEnter(user, own)) return own
  if (existsSync(join(own, 'postgres'))) {
    throw new StartError(
      `the data lies in ${own}, which the account ${user.name} can no longer enter; ` +
        `open the way to it (chmod o+x) or move ${own} elsewhere and set RINGBACK_HOME`,
    )
  }
  notice(
    `Keeping the data in ${elsewhere}: the account ${user.name} cannot enter ${own} (undone by: ./ringback remove)`,
  )
  makeSystemDirectory()
  mkdirSync(elsewhere, { recursive: true })
  chmodSync(elsewhere, 0o755)
  return elsewhere
}

/** Where the data of a home lies that the account cannot enter. */
export function directoryElsewhere(home: string, shared = systemDirectory): string {
  const own = resolve(home)
  const key = createHash('sha256').update(own).digest('hex').slice(0, 8)
  return join(shared, `${basename(own).replace(/^\.+/, '')}-${key}`)
}

/** Makes /var/lib/ringback and makes sure that nobody but root can put anything there. */
export function makeSystemDirectory(): string {
  mkdirSync(systemDirectory, { recursive: true })
  const found = lstatSync(systemDirectory)
  if (!found.isDirectory() || found.uid !== 0) throw new StartError(`${systemDirectory} is not a directory of root`)
  chmodSync(systemDirectory, 0o755)
  return systemDirectory
}

/**
 * Makes `path` if need be and gives it, with all its content, to `user`, closed to everybody else.
 *
 * @throws when a directory on the way is closed to `user`
 */
export function makePrivateDirectory(path: string, user: ServiceUser | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  if (user && statSync(path).uid !== user.uid) giveTree(path, user)
  if (!canEnter(user, path))
    throw new StartError(`${path} cannot be entered by the account ${user?.name ?? 'that runs this'}`)
}

/** A new, empty, private directory that `user` can reach. */
export function makeTemporaryDirectory(prefix: string, user: ServiceUser | undefined): string {
  const place = [tmpdir(), '/tmp'].find((it) => canEnter(user, it)) ?? makeSystemDirectory()
  const path = mkdtempSync(join(place, prefix))
  makePrivateDirectory(path, user)
  return path
}

function giveTree(path: string, user: ServiceUser): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) giveTree(child, user)
    else if (entry.isFile()) chownSync(child, user.uid, user.gid)
  }
  chownSync(path, user.uid, user.gid)
}

/** Lets everybody read, and nobody else write: under a umask of 077 all that npm unpacked is closed to others. */
export function openToReaders(path: string): void {
  chmodSync(path, 0o755)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) openToReaders(child)
    else if (entry.isFile()) chmodSync(child, statSync(child).mode & 0o100 ? 0o755 : 0o644)
  }
}

/** Whether this process is root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}
