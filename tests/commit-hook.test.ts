import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')

let repository: string
const git = (...args: string[]) =>
  run('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: repository })
beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'ringback-hook-'))
  for (const name of ['.githooks', '.oxfmtrc.json', '.oxlintrc.json']) {
    await cp(join(root, name), join(repository, name), { recursive: true })
  }
  for (const name of ['node_modules', '.ringback']) await symlink(join(root, name), join(repository, name))
  await git('init', '--quiet')
  await git('config', 'core.hooksPath', '.githooks')
})
afterEach(() => rm(repository, { recursive: true }))

async function commit(text: string): Promise<unknown> {
  await writeFile(join(repository, 'file.ts'), text)
  await git('add', 'file.ts')
  return git('commit', '--quiet', '-m', 'Try')
}

test('the commit hook lets through what is formatted and sound, and nothing else', async () => {
  await commit(`export const one = 1\n`)
  await expect(commit(`export const one = 1;\n`)).rejects.toMatchObject({ stderr: expect.stringContaining('file.ts') })
  await expect(commit(`export const one = () => {\n  debugger\n}\n`)).rejects.toMatchObject({ code: 1 })
})
