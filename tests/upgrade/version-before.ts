import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

export const checkout = join(import.meta.dirname, '../..')

/** Another version of Ringback, ready to be run. */
export interface Version extends AsyncDisposable {
  commit: string
  directory: string
}

/**
 * The version that an upgrade comes from: `RINGBACK_UPGRADE_FROM`, or the last commit that does not know the newest migration, so
 * that there always is one between the two. Its dependencies are those of its own lockfile.
 */
export async function versionBefore(): Promise<Version> {
  const commit = git('rev-parse', '--verify', process.env['RINGBACK_UPGRADE_FROM'] ?? (await beforeNewestMigration()))
  const directory = await mkdtemp(join(tmpdir(), 'ringback-before-'))
  const archive = execFileSync('git', ['archive', commit], { cwd: checkout, maxBuffer: 2 ** 30 })
  execFileSync('tar', ['-x'], { cwd: directory, input: archive })
  const parts = ['api', 'worker', 'cli'].flatMap((app) => ['--filter', `@ringback/${app}...`])
  execFileSync('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts', '--prod', ...parts], {
    cwd: directory,
    env: { ...process.env, CI: 'true' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return { commit, directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}

async function beforeNewestMigration(): Promise<string> {
  const folder = 'packages/db/migrations'
  const journal = await readFile(join(checkout, folder, 'meta/_journal.json'), 'utf8')
  const { tag } = (JSON.parse(journal) as { entries: { tag: string }[] }).entries.at(-1)!
  const added = git('log', '--diff-filter=A', '--format=%H', '--', `${folder}/${tag}.sql`)
  // One that is not committed yet comes after all that is.
  if (added === '') return 'HEAD'
  const parents = git('rev-list', '--parents', '--max-count=1', added.split('\n').at(-1)!).split(' ').slice(1)
  // A shallow clone does not know what was before: there the two versions are the same.
  return parents[0] ?? 'HEAD'
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: checkout, encoding: 'utf8' }).trim()
}
