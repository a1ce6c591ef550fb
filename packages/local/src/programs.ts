import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import process from 'node:process'
import { readIfPresent } from './processes.ts'
import { canRun, type ServiceUser } from './service-user.ts'
import { makeSystemDirectory, openToReaders } from './state-directory.ts'

/** Where programs of the checkout run: its directory or a copy of it, and the Node that runs them. */
export type ProgramPlace = { checkout: string; node: string }

/** The way of pnpm to keep packages: each with links to what it needs beside it. */
const storeOf = /^(.*\/node_modules\/\.pnpm\/[^/]+)\//

/**
 * Where `user` can run the programs of `apps`: in the checkout; or, when it is closed to that account, below the home of
 * root, say, in a copy that only root can change. The copy holds what the apps need to run, and is brought up to date by
 * each start.
 *
 * @param parts the directories of the apps in the checkout, such as `apps/api`, and directories of files that they read
 *   beside those, where there are any
 * @param notice is told of the copy before it is made
 * @param shared where copies lie
 */
export function programPlace(
  checkout: string,
  parts: { apps: string[]; files: string[] },
  user: ServiceUser | undefined,
  notice: (text: string) => void,
  shared: () => string = makeSystemDirectory,
): ProgramPlace {
  const inPlace = { checkout, node: process.execPath }
  if (!user || isOpenTo(user, inPlace, parts.apps)) return inPlace
  const key = createHash('sha256').update(resolve(checkout)).digest('hex').slice(0, 8)
  const copy = join(shared(), `programs-${key}`)
  if (!existsSync(copy))
    notice(
      `Copying the programs to ${copy}: the account ${user.name} cannot enter ${checkout} (undone by: ./ringback remove)`,
    )
  copyPrograms(checkout, parts, copy)
  return { checkout: copy, node: copyOfNode(copy) }
}

/** One file of each app stands for all: a checkout is made under one umask. */
function isOpenTo(user: ServiceUser, { checkout, node }: ProgramPlace, apps: string[]): boolean {
  const files = apps.map((app) => join(checkout, app, 'package.json'))
  const readAll = 'for (const file of process.argv.slice(1)) require("node:fs").readFileSync(file)'
  return canRun(user, node, ['-e', readAll, ...files])
}

function copyPrograms(checkout: string, { apps, files }: { apps: string[]; files: string[] }, copy: string): void {
  const { workspaces, stored } = neededBy(checkout, apps)
  const lock = readFileSync(join(checkout, 'pnpm-lock.yaml'), 'utf8')
  const fingerprint = createHash('sha256').update(lock).update(stored.join('\n')).digest('hex')
  const stamp = join(copy, 'copied')
  // Packages are many, and change with the lockfile alone; our own programs are few.
  if (readIfPresent(stamp) !== fingerprint) {
    rmSync(copy, { recursive: true, force: true })
    for (const path of stored)
      cpSync(path, join(copy, relative(checkout, path)), { recursive: true, verbatimSymlinks: true })
  }
  for (const path of [...workspaces, ...files.map((name) => join(checkout, name))]) {
    const target = join(copy, relative(checkout, path))
    rmSync(target, { recursive: true, force: true })
    if (existsSync(path)) cpSync(path, target, { recursive: true, verbatimSymlinks: true })
  }
  writeFileSync(join(copy, 'package.json'), readFileSync(join(checkout, 'package.json')))
  openToReaders(copy)
  writeFileSync(stamp, fingerprint)
}

/** The directories of ours and of the store that `apps` reach, without what is needed for developing alone. */
function neededBy(checkout: string, apps: string[]): { workspaces: string[]; stored: string[] } {
  const workspaces = new Set<string>()
  const stored = new Set<string>()
  const visitWorkspace = (path: string): void => {
    if (workspaces.has(path)) return
    workspaces.add(path)
    const { dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    for (const name of Object.keys(dependencies)) visit(join(path, 'node_modules', name))
  }
  const visit = (link: string): void => {
    if (!existsSync(link)) return // an optional one, of another platform
    const target = realpathSync(link)
    const store = storeOf.exec(target)?.[1]
    if (store === undefined) return visitWorkspace(target)
    if (stored.has(store)) return
    stored.add(store)
    for (const inner of packagesIn(join(store, 'node_modules'))) visit(inner)
  }
  for (const app of apps) visitWorkspace(realpathSync(join(checkout, app)))
  return { workspaces: [...workspaces], stored: [...stored].toSorted() }
}

function packagesIn(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    if (name.startsWith('.')) return []
    const path = join(directory, name)
    return name.startsWith('@') ? readdirSync(path).map((inner) => join(path, inner)) : [path]
  })
}

function copyOfNode(copy: string): string {
  const node = join(dirname(copy), `node-${process.versions.node}`, 'node')
  if (!existsSync(node)) {
    mkdirSync(dirname(node), { recursive: true })
    cpSync(realpathSync(process.execPath), node)
    openToReaders(dirname(node))
  }
  return node
}
